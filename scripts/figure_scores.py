"""Draw the scores of every attribution method by one metric."""

from cnnscope.figures.scores import draw
from cnnscope.figures.style import save
from cnnscope.files import read_json
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    rows, facts = read_table(snakemake.input.table), read_json(snakemake.input.facts)
    save(draw(rows, facts, settings["title"]), snakemake.output.figure, settings)
