"""Explain images with an attribution method: cnnscope/attribution/<method>.py."""

import importlib

import numpy as np
from model_context import load_model, read_split
from set_context import read_sets

from cnnscope.attribution.method import arguments_for
from cnnscope.attribution.targets import choose_targets
from cnnscope.data.image_sets import balanced_draw
from cnnscope.files import save_result
from cnnscope.job import job
from cnnscope.networks.classifier import predict
from cnnscope.seeds import stream

with job(snakemake) as (settings, log):
    method, arguments = settings["method"], dict(settings["arguments"])
    module = importlib.import_module(f"cnnscope.attribution.{method}")
    model = load_model(settings, snakemake.input.weights)
    images, labels = read_sets(method, settings["sets"], snakemake.input.images, log)
    logits = predict(model, images)
    targets = choose_targets(method, arguments.pop("target"), labels, logits)
    if "background" in module.METHOD.needs:
        pool, pool_labels = read_split(
            [snakemake.input.background, snakemake.input.background_table]
        )
        rng = stream(settings["seed"], "background")
        arguments["background"] = pool[balanced_draw(pool_labels, arguments["background"], rng)]
    arguments = arguments_for(module.explain, arguments, labels=labels, seed=settings["seed"])
    result = module.explain(model, images, targets, **arguments, log=log)
    details = {"targets": targets, "labels": labels, "logits": logits} | result.details
    facts = {"method": method, "seed": settings["seed"], "arguments": settings["arguments"]}
    save_result(
        snakemake.output.array, result.attribution.astype(np.float32), details, facts | result.facts
    )
