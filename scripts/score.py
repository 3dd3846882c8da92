"""Score the attributions of a shard with a metric: cnnscope/evaluation/<metric>.py."""

import importlib

import numpy as np
from model_context import load_model

from cnnscope.attribution.method import arguments_for
from cnnscope.errors import UserError
from cnnscope.files import load_result, save_array
from cnnscope.job import job

with job(snakemake) as (settings, log):
    metric = settings["metric"]
    score = importlib.import_module(f"cnnscope.evaluation.{metric}").score
    attribution, details, facts = load_result(snakemake.input.array)
    if "refused" in facts:
        raise UserError(facts["refused"])
    images = np.load(snakemake.input.images, mmap_mode="r")[slice(*settings.get("rows", (None,)))]
    scores = np.empty(0, np.float32)
    if len(images):
        model = load_model(settings, snakemake.input.weights)
        offered = {"labels": details["labels"], "seed": settings["seed"]}
        arguments = arguments_for(score, settings["arguments"], **offered)
        targets = details["targets"]
        scores = score(model, np.array(images), targets, attribution, **arguments, log=log)
    save_array(snakemake.output.scores, scores.astype(np.float32))
    log(f"{len(scores)} images")
