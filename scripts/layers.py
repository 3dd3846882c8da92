"""Build the model, check that it fits the data and the questions, list its layers."""

from dataclasses import astuple, fields

from model_context import new_model

from cnnscope.inspection.responses import filter_numbers
from cnnscope.job import job
from cnnscope.networks.classifier import check_output
from cnnscope.networks.convolutions import choose_layer
from cnnscope.networks.layers import select_layers
from cnnscope.networks.summary import Layer, summarise
from cnnscope.tables import write_table
from cnnscope.training.frozen import frozen_part

with job(snakemake) as (settings, log):
    model = new_model(settings)
    sizes = settings["model"]
    shape = (sizes["size"], sizes["size"], sizes["channels"])
    known = check_output(model, sizes["size"], sizes["channels"], sizes["classes"])
    wanted = [(choose_layer(model, one, shape), filters) for one, filters in settings["wanted"]]
    for layer, filters in wanted:
        filter_numbers(model, layer.name, filters, shape)
    for layer in dict.fromkeys(layer for layer, _ in wanted if layer.selector):
        log(f"{layer.selector}: {layer}")
    select_layers(model, settings["activations"])
    if "freeze" in settings:
        frozen_part(model, settings["freeze"], sizes["size"], sizes["channels"])
    lines = summarise(model.network, (sizes["channels"], sizes["size"], sizes["size"]))
    columns = [field.name for field in fields(Layer)]
    write_table(snakemake.output[0], columns, map(astuple, lines))
    log(f"{sizes['architecture']}: {len(lines) - 1} layers, {known} classes")
