"""Draw a layer's filters."""

from job_context import job

from cnnscope.draw.filters import draw
from cnnscope.draw.style import save
from cnnscope.files import load_images, load_result

with job(snakemake) as log:
    settings = snakemake.params.settings
    pictures, details, facts = load_result(snakemake.input.array)
    images = load_images(snakemake.input.images)
    figure = draw(
        images, pictures, details, settings["layer"], facts["units"], settings["activations"]
    )
    save(figure, snakemake.output[0], settings)
