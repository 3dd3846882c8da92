"""Draw the image sets."""

import numpy as np

from cnnscope.figures.samples import draw
from cnnscope.figures.style import save
from cnnscope.files import read_json
from cnnscope.job import job

with job(snakemake) as (settings, log):
    files = zip(settings["sets"], snakemake.input.images, snakemake.input.tables, strict=True)
    sets = {name: (np.load(images), read_json(table)) for name, images, table in files}
    save(draw(sets, settings["names"]), snakemake.output[0], settings)
