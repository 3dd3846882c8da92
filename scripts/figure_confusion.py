"""Draw the confusion matrix and the most frequent mix-ups."""

import numpy as np

from cnnscope.figures.confusion import draw
from cnnscope.figures.style import save
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    counts, mixups = np.load(snakemake.input.counts), read_table(snakemake.input.mixups)
    figure = draw(counts, mixups, settings["names"], settings["split"], settings["confusion"])
    save(figure, snakemake.output[0], settings)
