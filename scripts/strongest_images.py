"""Find the images of a split that excite filters most."""

from model_context import load_model, read_split

from cnnscope.files import save_result
from cnnscope.inspection.top_images import explain
from cnnscope.job import job
from cnnscope.networks.convolutions import choose_layer

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, labels = read_split([snakemake.input.images, snakemake.input.table])
    layer = choose_layer(model, settings["layer"], images.shape[1:])
    log(f"layer {layer}")
    maps, details, facts = explain(
        model,
        images,
        layer=layer.name,
        filters=settings["filters"],
        count=settings["count"],
    )
    details["labels"] = labels[details["positions"]]
    facts |= {"split": settings["split"]} | layer.facts
    save_result(snakemake.output.array, maps, details, facts)
