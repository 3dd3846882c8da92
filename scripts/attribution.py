"""Explain the images of a shard with an attribution method: cnnscope/attribution/<method>.py."""

import numpy as np
from method_context import asked_method
from model_context import load_model

from cnnscope.files import save_result
from cnnscope.job import job
from cnnscope.networks.classifier import predict_each
from cnnscope.networks.probabilities import doubt
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    rows = slice(*settings.get("rows", (None,)))
    images = np.load(snakemake.input.images, mmap_mode="r")[rows]
    table = read_table(snakemake.input.table)[rows]
    write_table(snakemake.output.index, ("path",), [(row["path"],) for row in table])
    if not len(images):
        save_result(snakemake.output.array, np.zeros(images.shape[:3], np.float32), {}, {})
        log("no image in this shard: the model alone tells how many the set has")
    else:
        labels = np.array([int(row["label"]) for row in table], np.int64)
        model = load_model(settings, snakemake.input.weights)
        logits = predict_each(model, images)
        log("\n".join([f"{len(images)} images", *doubt(logits)]))
        asked = asked_method(settings, snakemake.input)
        targets = asked.targets(labels, logits)
        result = asked.answer(model, np.array(images), targets, labels, log)
        details = {"targets": targets, "labels": labels, "logits": logits} | result.details
        facts = asked.facts | result.facts | {"shared": list(result.shared)}
        save_result(snakemake.output.array, result.attribution, details | result.shared, facts)
