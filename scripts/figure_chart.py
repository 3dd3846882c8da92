"""Draw a chart: cnnscope/figures/<chart>.py."""

import importlib
from pathlib import Path

import numpy as np

from cnnscope.figures.style import save
from cnnscope.files import read_json
from cnnscope.job import job
from cnnscope.tables import read_table

READERS = {".csv": read_table, ".npy": np.load, ".json": read_json}

with job(snakemake) as (settings, log):
    module = importlib.import_module(f"cnnscope.figures.{settings['chart']}")
    files = {argument: Path(snakemake.input[argument]) for argument in module.CHART.reads}
    read = {argument: READERS[file.suffix](file) for argument, file in files.items()}
    save(module.draw(**read, **settings["arguments"]), snakemake.output.figure, settings)
