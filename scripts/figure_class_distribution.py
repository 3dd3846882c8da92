"""Draw the number of images a class."""

from cnnscope.figures.class_distribution import draw
from cnnscope.figures.style import save
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    save(draw(read_table(snakemake.input[0])), snakemake.output[0], settings)
