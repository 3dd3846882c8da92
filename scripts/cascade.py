"""Explain an image with a method as the layers of the network become random, from the top on."""

import numpy as np
from method_context import asked_method
from model_context import load_model

from cnnscope.data.set_files import read_sets
from cnnscope.evaluation._cascade import follow
from cnnscope.files import save_result
from cnnscope.job import job
from cnnscope.networks.classifier import predict_each

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, labels = read_sets("sanity", settings["sets"], snakemake.input.images, log)
    images, labels = images[:1], labels[:1]
    logits = predict_each(model, images)
    method = asked_method(settings, snakemake.input)
    targets = method.targets(labels, logits)
    result = method.answer(model, images, targets, labels, log)
    explain = method.explainer(log, labels)
    names, maps, alike = [], [result.attribution], []
    asked = settings["cascade"] | {"seed": settings["seed"]}
    if "refused" not in result.facts:
        for stage in follow(model, images, targets, result.attribution, explain, **asked):
            log(f"random down to {stage[0]}")
            for found, one in zip((names, maps, alike), stage, strict=True):
                found.append(one)
    details = {"images": images, "labels": labels, "targets": targets, "logits": logits}
    details["similarity"] = np.array(alike, np.float32).reshape(-1, len(images)).T
    facts = method.facts | result.facts | {"stages": names}
    save_result(snakemake.output.array, np.stack(maps, 1), details, facts)
