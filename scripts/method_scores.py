"""Put the scores of a method together: a row an image, a column a metric and what is scored."""

from itertools import cycle

from scores_context import read_index, read_scores

from cnnscope.evaluation.trust import trust
from cnnscope.evaluation.versions import VERSIONS
from cnnscope.files import write_json
from cnnscope.job import job
from cnnscope.tables import write_table

with job(snakemake) as (settings, log):
    index = read_index(settings["shards"], iter(snakemake.input.indices))
    files = zip(snakemake.input.scores, cycle(snakemake.input.parts))
    scores = {
        metric: read_scores(index, settings["shards"], files) for metric in settings["metrics"]
    }
    columns = [f"{metric} {version}" for metric in scores for version in VERSIONS]
    rows = [
        (*row.values(), *(f"{value:.6g}" for found in scores.values() for value in found[:, place]))
        for place, row in enumerate(index)
    ]
    write_table(snakemake.output.table, (*index[0], *columns), rows)
    sentence = trust(scores, settings["metrics"])
    write_json(snakemake.output.facts, {"metrics": settings["metrics"], "trust": sentence})
    log(f"{settings['method']}: {sentence}")
