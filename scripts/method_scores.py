"""Put the scores of a method together: a row an image, a column a metric and what is scored."""

import numpy as np
from scores_context import read_images, read_scores

from cnnscope.evaluation.trust import trust
from cnnscope.evaluation.versions import VERSIONS
from cnnscope.files import write_json
from cnnscope.job import job
from cnnscope.tables import SET_COLUMNS, write_table

with job(snakemake) as (settings, log):
    given = (iter(snakemake.input.indices), iter(snakemake.input.parts))
    index, shards = read_images(settings["shards"], *given)
    files, of_noise = iter(snakemake.input.scores), iter(snakemake.input.get("noise", ()))
    scores = {}
    for metric in settings["metrics"]:
        own = read_scores(index, shards, files)
        noise = read_scores(index, shards, of_noise)[0] if metric in settings["noise"] else np.nan
        scores[metric] = np.vstack([own, np.broadcast_to(noise, len(index))])
    columns = [f"{metric} {version}" for metric in scores for version in VERSIONS]
    rows = [
        (*row.values(), *(f"{value:.6g}" for found in scores.values() for value in found[:, place]))
        for place, row in enumerate(index)
    ]
    write_table(snakemake.output.table, (*SET_COLUMNS, *columns), rows)
    sentence = trust(scores, settings["metrics"])
    write_json(snakemake.output.facts, {"metrics": settings["metrics"], "trust": sentence})
    log(f"{settings['method']}: {sentence}")
