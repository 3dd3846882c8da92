"""Draw the image sets."""

from cnnscope.figures.samples import draw
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import read_json
from cnnscope.job import job

with job(snakemake) as (settings, log):
    files = zip(settings["sets"], snakemake.input.images, snakemake.input.tables, strict=True)
    sets, notes = {}, []
    for name, file, table in files:
        images, cut = first_images([file], settings["images"])
        sets[name] = images, read_json(table)
        notes += [f"{name}: {line}" for line in cut]
    save(draw(sets, settings["names"]), snakemake.output[0], settings, notes)
