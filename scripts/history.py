"""Read the training history that came with the checkpoint."""

from cnnscope.job import job
from cnnscope.tables import write_table
from cnnscope.training.history import read_history

with job(snakemake) as (settings, log):
    points = read_history(snakemake.input[0])
    write_table(snakemake.output[0], list(points[0]), [point.values() for point in points])
    log(f"{len(points)} points of {', '.join(points[0])}")
