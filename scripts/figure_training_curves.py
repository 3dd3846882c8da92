"""Draw the training curves."""

from cnnscope.figures.style import save
from cnnscope.figures.training_curves import draw
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    points = [
        {key: float(value) for key, value in row.items()} for row in read_table(snakemake.input[0])
    ]
    save(draw(points, settings["title"]), snakemake.output[0], settings)
