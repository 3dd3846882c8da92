"""Draw the images that excite a layer's filters most."""

import numpy as np

from cnnscope.figures.style import save
from cnnscope.figures.top_images import draw
from cnnscope.files import load_result
from cnnscope.job import job

with job(snakemake) as (settings, log):
    maps, details, facts = load_result(snakemake.input.array)
    images = np.load(snakemake.input.images, mmap_mode="r")[details["positions"]]
    figure = draw(images, maps, details, facts, settings["names"], settings["activations"])
    save(figure, snakemake.output[0], settings)
