"""Draw the scores of each class, as bars and against its training images."""

from cnnscope.figures.class_scores import draw_bars, draw_support
from cnnscope.figures.style import save
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    lines = read_table(snakemake.input[0])
    save(draw_bars(lines, settings["split"]), snakemake.output.bars, settings)
    save(draw_support(lines, settings["split"]), snakemake.output.support, settings)
