"""Logits of a whole split."""

import numpy as np
from model_context import load_model, read_split

from cnnscope.files import save_array, write_json
from cnnscope.job import job
from cnnscope.networks.classifier import predict

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    images, labels = read_split([snakemake.input.images, snakemake.input.table])
    logits = predict(model, images)
    known = labels >= 0
    hits = (logits.argmax(1) == labels)[known]
    facts = {"shape": list(logits.shape), "units": "logit", "split": settings["split"]}
    if known.any():
        facts["accuracy"] = float(np.mean(hits))
        log(f"{settings['split']}: {hits.sum()} of {hits.size} right ({np.mean(hits):.1%})")
    write_json(snakemake.output.facts, facts)
    save_array(snakemake.output.logits, logits)
