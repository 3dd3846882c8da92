"""Draw LIME's weights beside the confusion matrix."""

import numpy as np
from job_context import job
from set_context import empty_sets

from cnnscope.draw.lime import draw
from cnnscope.draw.style import save
from cnnscope.files import load_images, load_result

with job(snakemake) as log:
    settings = snakemake.params.settings
    _, details, _ = load_result(snakemake.input.array)
    images = load_images(snakemake.input.images)
    counts = np.load(snakemake.input.counts)
    figure = draw(
        images, details, counts, settings["names"], settings["split"], settings["confusion"]
    )
    save(figure, snakemake.output[0], settings, empty_sets(snakemake.input.images))
