"""Draw a chart: cnnscope/figures/<chart>.py."""

import importlib
from functools import partial
from pathlib import Path

import numpy as np

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.shown import doubts, first_images
from cnnscope.figures.style import save
from cnnscope.files import load_details, read_json
from cnnscope.job import job
from cnnscope.tables import read_table

# Mapped, so that what is not shown is not read.
READERS = {
    ".csv": read_table,
    ".npy": partial(np.load, mmap_mode="r"),
    ".npz": load_details,
    ".json": read_json,
}


def read_file(file: str | list[str]):
    if isinstance(file, list):
        return [read_file(one) for one in file]
    return READERS[Path(file).suffix](Path(file))


with job(snakemake) as (settings, log):
    module = importlib.import_module(f"cnnscope.figures.{settings['chart']}")
    files = {argument: snakemake.input.get(argument) for argument in module.CHART.reads}
    read = {argument: file and read_file(file) for argument, file in files.items()}
    notes = doubts(read)
    if module.CHART.images:
        read["images"], left_out = first_images(snakemake.input.set_images, settings["images"])
        notes = [*left_out, *empty_sets(settings["sets"], snakemake.input.set_images), *notes]
    figure = module.draw(**read, **settings["arguments"])
    save(figure, snakemake.output.figure, settings, notes)
