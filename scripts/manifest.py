"""Every image of every split in one table."""

from cnnscope.job import job
from cnnscope.tables import MANIFEST_COLUMNS, read_table, write_table

with job(snakemake) as (settings, log):
    rows = [row.values() for file in snakemake.input.tables for row in read_table(file)]
    write_table(snakemake.output[0], MANIFEST_COLUMNS, rows)
    log(f"{len(rows)} images")
