"""Draw the maps of a method that has no figure of its own."""

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.maps import draw
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import load_result
from cnnscope.job import job

with job(snakemake) as (settings, log):
    maps, details, facts = load_result(snakemake.input.array)
    images, cut = first_images(snakemake.input.images, settings["images"])
    figure = draw(
        images,
        maps,
        details,
        settings["names"],
        facts["units"],
        settings["colours"],
        signed=settings["signed"],
        label="attribution to the named class",
        title=settings["title"],
    )
    save(
        figure,
        snakemake.output[0],
        settings,
        cut + empty_sets(settings["sets"], snakemake.input.images),
    )
