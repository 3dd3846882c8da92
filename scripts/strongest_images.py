"""Find the images of a split that excite filters most."""

from model_context import load_model, read_split

from cnnscope.files import save_result
from cnnscope.inspection.top_images import explain
from cnnscope.job import job

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, labels = read_split([snakemake.input.images, snakemake.input.table])
    maps, details, facts = explain(
        model,
        images,
        layer=settings["layer"],
        filters=settings["filters"],
        count=settings["count"],
    )
    details["labels"] = labels[details["positions"]]
    save_result(snakemake.output.array, maps, details, facts | {"split": settings["split"]})
