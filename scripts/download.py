"""Download the checkpoint."""

from pathlib import Path

from job_context import job

from cnnscope.models.download import download

with job(snakemake) as log:
    settings = snakemake.params.settings
    download(settings["address"], Path(snakemake.output[0]), settings["sha256"], log=log)
