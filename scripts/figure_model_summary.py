"""Draw the architecture."""

from cnnscope.figures.model_summary import draw
from cnnscope.figures.style import save
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    lines = read_table(snakemake.input[0])
    save(draw(lines, settings["architecture"], settings["shape"]), snakemake.output[0], settings)
