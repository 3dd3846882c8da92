"""Put all that a run answers into one page."""

from cnnscope.job import job
from cnnscope.report.collected import write_report

with job(snakemake) as (settings, log):
    shown = write_report(snakemake.output.page, dict(snakemake.input.items()), settings)
    log(", ".join(f"{count} {what}" for what, count in shown.items()))
