"""Draw every layer's channels, and a strip a layer."""

from pathlib import Path

import numpy as np
from job_context import job
from set_context import empty_sets

from cnnscope.draw.activations import draw_layer, draw_overview
from cnnscope.draw.style import save
from cnnscope.files import load_images, read_json, replacing_folder
from cnnscope.tables import read_table

with job(snakemake) as log:
    settings = snakemake.params.settings
    images = load_images(snakemake.input.images)
    strips = []
    with replacing_folder(snakemake.output.layers) as folder:
        for row in read_table(Path(snakemake.input.arrays, "layers.csv")):
            array = Path(snakemake.input.arrays, row["file"])
            maps, facts = np.load(array), read_json(array.with_suffix(".json"))
            figure = draw_layer(images, maps, facts, settings["scale"], settings["activations"])
            save(figure, folder / f"{array.stem}.{settings['format']}", settings)
            strips.append((maps[0], facts))
    save(
        draw_overview(images[0], strips, settings["activations"]),
        snakemake.output.overview,
        settings,
        empty_sets(snakemake.input.images),
    )
