"""Score the attributions of a shard with a metric: cnnscope/evaluation/<metric>.py."""

import importlib

import numpy as np

from cnnscope.attribution.method import arguments_for
from cnnscope.evaluation.versions import OWN, score_versions
from cnnscope.files import load_result, save_array
from cnnscope.job import job

with job(snakemake) as (settings, log):
    module = importlib.import_module(f"cnnscope.evaluation.{settings['metric']}")
    attribution, details, facts = load_result(snakemake.input.array)
    rows, seed = slice(*settings.get("rows", (None,))), settings["seed"]
    images = np.array(np.load(snakemake.input.images, mmap_mode="r")[rows])
    scores = np.full((len(OWN), len(images)), np.nan, np.float32)
    if "refused" in facts:
        log(facts["refused"])
    elif len(images):
        model, offered, of_images = None, {"seed": seed}, {"labels": details["labels"]}
        if "masks" in module.METRIC.needs:
            of_images["masks"] = np.load(snakemake.input.masks)[rows]
        if module.METRIC.network:
            # Only then does a job wait for PyTorch.
            from method_context import needed
            from model_context import load_model

            model = load_model(settings, snakemake.input.weights)
            offered |= needed(module.METRIC.needs, settings, snakemake.input, log)
        targets, alone = details["targets"], "method" in module.METRIC.needs

        def score(numbers: np.ndarray, maps: np.ndarray) -> np.ndarray:
            own = {name: values[numbers] for name, values in of_images.items()}
            arguments = arguments_for(module.score, settings["options"], **offered, **own)
            given = (images[numbers], targets[numbers], maps)
            return module.score(model, *given, **arguments, log=log)

        scores = score_versions(score, attribution, alone=alone)
    save_array(snakemake.output.scores, scores)
    known = [pair for pair in zip(OWN, scores, strict=True) if np.isfinite(pair[1]).any()]
    means = (f", {version} {np.nanmean(found):.4g} in the mean" for version, found in known)
    log(f"{len(images)} images{''.join(means)}")
