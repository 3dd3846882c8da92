"""Score the attributions of a shard with a metric: cnnscope/evaluation/<metric>.py."""

import importlib

import numpy as np

from cnnscope.attribution.method import arguments_for
from cnnscope.evaluation.versions import VERSIONS, score_versions
from cnnscope.files import load_result, save_array
from cnnscope.job import job

with job(snakemake) as (settings, log):
    module = importlib.import_module(f"cnnscope.evaluation.{settings['metric']}")
    attribution, details, facts = load_result(snakemake.input.array)
    rows, seed = slice(*settings.get("rows", (None,))), settings["seed"]
    images = np.array(np.load(snakemake.input.images, mmap_mode="r")[rows])
    scores = np.full((len(VERSIONS), len(images)), np.nan, np.float32)
    if "refused" in facts:
        log(facts["refused"])
    elif len(images):
        model, offered = None, {"labels": details["labels"], "seed": seed}
        if "masks" in module.METRIC.needs:
            offered["masks"] = np.load(snakemake.input.masks)[rows]
        if module.METRIC.network:
            # Only then does a job wait for PyTorch.
            from method_context import needed
            from model_context import load_model

            model = load_model(settings, snakemake.input.weights)
            offered |= needed(module.METRIC.needs, settings, snakemake.input, log)
        arguments = arguments_for(module.score, settings["options"], **offered)
        targets, alone = details["targets"], "method" in module.METRIC.needs

        def score(maps: np.ndarray) -> np.ndarray:
            return module.score(model, images, targets, maps, **arguments, log=log)

        scores = score_versions(score, images, attribution, seed=seed, alone=alone)
    save_array(snakemake.output.scores, scores)
    log(f"{len(images)} images")
