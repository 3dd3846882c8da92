"""Change photographs so that a layer finds more of what it looks for."""

from model_context import load_model

from cnnscope.data.set_files import read_sets
from cnnscope.files import save_result
from cnnscope.inspection.deep_dream import explain
from cnnscope.job import job
from cnnscope.networks.convolutions import choose_layer

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, _ = read_sets("deep_dream", settings["sets"], snakemake.input.images, log)
    layer = choose_layer(model, settings["layer"], images.shape[1:])
    log(f"layer {layer}")
    pictures, details, facts = explain(
        model,
        images,
        layer=layer.name,
        seed=settings["seed"],
        octaves=settings["octaves"],
        steps=settings["steps"],
        log=log,
    )
    save_result(snakemake.output.array, pictures, details, facts | layer.facts)
