"""Find the pictures that excite filters most, and where real images do."""

from model_context import load_model

from cnnscope.data.set_files import read_sets
from cnnscope.files import save_result
from cnnscope.inspection.filters import explain
from cnnscope.job import job
from cnnscope.networks.convolutions import choose_layer

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, _ = read_sets("filters", settings["sets"], snakemake.input.images, log)
    layer = choose_layer(model, settings["layer"], images.shape[1:])
    log(f"layer {layer}")
    pictures, details, facts = explain(
        model,
        images,
        layer=layer.name,
        filters=settings["filters"],
        seed=settings["seed"],
        start=settings["start"],
        steps=settings["steps"],
        log=log,
    )
    save_result(snakemake.output.array, pictures, details, facts | layer.facts)
