"""Draw a layer's filters."""

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.filters import draw, draw_all, draw_altered
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import load_result
from cnnscope.job import job

with job(snakemake) as (settings, log):
    pictures, details, facts = load_result(snakemake.input.array)
    layer, units, cut = settings["layer"], facts["units"], []
    if facts["start"] == "noise" and settings["filters"] == "all":
        figure = draw_all(pictures, details, layer)
    else:
        images, cut = first_images(snakemake.input.images, settings["images"])
        if facts["start"] == "image":
            figure = draw_altered(images, pictures, details, layer, units)
        else:
            figure = draw(images, pictures, details, layer, units, settings["activations"])
    save(
        figure,
        snakemake.output[0],
        settings,
        cut + empty_sets(settings["sets"], snakemake.input.images),
    )
