"""Build the model, check that it fits the data and the questions, list its layers."""

from dataclasses import astuple, fields

import torch
from model_context import new_model

from cnnscope.job import job
from cnnscope.networks.classifier import check_output
from cnnscope.networks.layers import activation, check_filters, select_layers
from cnnscope.networks.state import borrowed
from cnnscope.networks.summary import Layer, summarise
from cnnscope.tables import write_table

with job(snakemake) as (settings, log):
    model = new_model(settings)
    sizes = settings["model"]
    shape = (sizes["channels"], sizes["size"], sizes["size"])
    known = check_output(model, sizes["size"], sizes["channels"], sizes["classes"])
    blank = torch.zeros(1, *shape, device=model.mean.device)
    for layer, filters in settings["wanted"]:
        with borrowed(model), torch.no_grad():
            channels = activation(model, layer, blank).shape[1]
        check_filters(layer, range(channels) if filters == "all" else filters, channels)
    select_layers(model, settings["activations"])
    lines = summarise(model.network, shape)
    columns = [field.name for field in fields(Layer)]
    write_table(snakemake.output[0], columns, map(astuple, lines))
    log(f"{sizes['architecture']}: {len(lines) - 1} layers, {known} classes")
