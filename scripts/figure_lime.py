"""Draw LIME's weights beside the confusion matrix."""

import numpy as np

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.lime import draw
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import load_result
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    _, details, _ = load_result(snakemake.input.array)
    images, cut = first_images(snakemake.input.images, settings["images"])
    counts, mixups = np.load(snakemake.input.counts), read_table(snakemake.input.mixups)
    names, split = settings["names"], settings["split"]
    figure = draw(images, details, counts, mixups, names, split, settings["confusion"])
    save(
        figure,
        snakemake.output[0],
        settings,
        cut + empty_sets(settings["sets"], snakemake.input.images),
    )
