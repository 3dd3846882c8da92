"""Draw the SHAP values."""

from cnnscope.data.set_files import empty_sets
from cnnscope.figures.shap import draw
from cnnscope.figures.shown import first_images
from cnnscope.figures.style import save
from cnnscope.files import load_result
from cnnscope.job import job

with job(snakemake) as (settings, log):
    _, details, _ = load_result(snakemake.input.array)
    images, cut = first_images(snakemake.input.images, settings["images"])
    figure = draw(images, details, settings["names"], settings["shap"])
    save(
        figure,
        snakemake.output[0],
        settings,
        cut + empty_sets(settings["sets"], snakemake.input.images),
    )
