"""Draw every layer's channels, and a strip a layer."""

from functools import partial
from pathlib import Path

import numpy as np

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.activations import draw_layer, draw_overview
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import read_json, replacing_folder
from cnnscope.job import job
from cnnscope.tables import read_table
from cnnscope.workers import each


def draw(
    images: np.ndarray, cut: list[str], settings: dict, folder: Path, array: Path
) -> tuple[np.ndarray, dict]:
    """Draw a layer; its maps of the first image, and its facts."""
    maps, facts = np.load(array, mmap_mode="r"), read_json(array.with_suffix(".json"))
    figure = draw_layer(images, maps, facts, settings["scale"], settings["activations"])
    save(figure, folder / f"{array.stem}.{settings['format']}", settings, cut)
    return np.array(maps[0]), facts


with job(snakemake) as (settings, log):
    images, cut = first_images(snakemake.input.images, settings["images"])
    arrays = Path(snakemake.input.arrays)
    files = [arrays / row["file"] for row in read_table(arrays / "layers.csv")]
    with replacing_folder(snakemake.output.layers) as folder:
        draw_one = partial(draw, images, cut, settings, folder)
        strips = list(each(draw_one, files, snakemake.threads))
    save(
        draw_overview(images[0], strips, settings["activations"]),
        snakemake.output.overview,
        settings,
        empty_sets(settings["sets"], snakemake.input.images),
    )
