"""Put the scores of all methods together: a row an image and method, and a mean a method."""

from scores_context import read_images, read_scores

from cnnscope.evaluation.intervals import mean_and_interval
from cnnscope.files import write_json
from cnnscope.job import job
from cnnscope.seeds import stream
from cnnscope.tables import SET_COLUMNS, write_table

with job(snakemake) as (settings, log):
    given = (iter(snakemake.input.indices), iter(snakemake.input.parts))
    files = iter(snakemake.input.scores)
    rows, means = [], {}
    for method, counts in zip(settings["methods"], settings["shards"], strict=True):
        index, shards = read_images(counts, *given)
        values = read_scores(index, shards, files)[0]
        rows += [
            (method, *row.values(), f"{value:.6g}")
            for row, value in zip(index, values, strict=True)
        ]
        rng = stream(settings["seed"], "scores", settings["metric"], method)
        mean, low, high, count = mean_and_interval(values, rng)
        means[method] = {"mean": mean, "low": low, "high": high, "images": count}
        log(f"{method}: {mean:.3f} ({low:.3f} to {high:.3f}) on {count} images")
    described = {name: settings[name] for name in ("metric", "units", "better")}
    write_table(snakemake.output.table, ("method", *SET_COLUMNS, "score"), rows)
    write_json(snakemake.output.facts, described | {"methods": means, "interval": 0.95})
