"""Download the checkpoint."""

from pathlib import Path

from cnnscope.checkpoints.download import download
from cnnscope.job import job

with job(snakemake) as (settings, log):
    source, sha256 = settings["source"], settings["sha256"]
    target = Path(snakemake.output[0])
    download(source.address, target, sha256, max_bytes=source.max_bytes, log=log)
