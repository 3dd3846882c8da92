"""Draw a layer's filters."""

from set_context import empty_sets

from cnnscope.figures.filters import draw, draw_all, draw_altered
from cnnscope.figures.style import save
from cnnscope.files import load_images, load_result
from cnnscope.job import job

with job(snakemake) as (settings, log):
    pictures, details, facts = load_result(snakemake.input.array)
    images = load_images(snakemake.input.images)
    if facts["start"] == "image":
        figure = draw_altered(images, pictures, details, settings["layer"], facts["units"])
    elif settings["filters"] == "all":
        figure = draw_all(pictures, details, settings["layer"])
    else:
        figure = draw(
            images, pictures, details, settings["layer"], facts["units"], settings["activations"]
        )
    save(
        figure, snakemake.output[0], settings, empty_sets(settings["sets"], snakemake.input.images)
    )
