"""Put the scores of all methods together: a row an image and method, and a mean a method."""

import numpy as np

from cnnscope.evaluation.intervals import bootstrap_interval
from cnnscope.files import write_json
from cnnscope.job import job
from cnnscope.seeds import stream
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    parts = zip(snakemake.input.scores, snakemake.input.parts, strict=True)
    rows, means = [], {}
    methods = zip(settings["methods"], snakemake.input.indices, settings["shards"], strict=True)
    for method, file, shards in methods:
        index = read_table(file)
        found = {}
        for name, count in shards:
            for _ in range(count):
                scores, part = next(parts)
                paths = [row["path"] for row in read_table(part)]
                found |= {
                    (name, path): value for path, value in zip(paths, np.load(scores), strict=True)
                }
        values = np.array([found[row["set"], row["path"]] for row in index], np.float64)
        rows += [
            (method, *row.values(), f"{value:.6g}")
            for row, value in zip(index, values, strict=True)
        ]
        rng = stream(settings["seed"], "scores", settings["metric"], method)
        low, high = bootstrap_interval(values, rng)
        means[method] = {"mean": values.mean(), "low": low, "high": high, "images": len(values)}
        log(f"{method}: {values.mean():.3f} ({low:.3f} to {high:.3f}) on {len(values)} images")
    described = {name: settings[name] for name in ("metric", "units", "better")}
    write_table(snakemake.output.table, ("method", *index[0], "score"), rows)
    write_json(snakemake.output.facts, described | {"methods": means, "interval": 0.95})
