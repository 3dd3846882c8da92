"""Count who is taken for whom."""

import numpy as np

from cnnscope.errors import UserError
from cnnscope.evaluation.confusion import confusion_counts, mix_ups, row_rates
from cnnscope.files import save_array
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    names = settings["names"]
    rows = [row for file in snakemake.input.tables for row in read_table(file)]
    labels = np.array([int(row["label"]) for row in rows])
    logits = np.concatenate([np.load(file) for file in snakemake.input.logits])
    predicted = logits.argmax(1)
    if labels.max() >= logits.shape[1]:
        raise UserError(
            f"dataset: an image is of class {labels.max()}, but the network has "
            f"{logits.shape[1]} classes"
        )
    classes = max(len(names), int(predicted.max()) + 1, int(labels.max()) + 1)
    names = names + [str(number) for number in range(len(names), classes)]
    counts = confusion_counts(labels, predicted, classes)
    rates = row_rates(counts)
    pairs = [(t, p) for t in range(classes) for p in range(classes)]
    write_table(
        snakemake.output.table,
        ("true", "predicted", "count", "rate"),
        [(names[t], names[p], counts[t, p], f"{rates[t, p]:.4f}") for t, p in pairs],
    )
    write_table(
        snakemake.output.mixups,
        ("true", "predicted", "count", "rate"),
        [
            (names[t], names[p], count, f"{rates[t, p]:.4f}")
            for t, p, count in mix_ups(labels, predicted)[: settings["top"]]
        ],
    )
    save_array(snakemake.output.counts, counts)
    log(f"{counts.trace()} of {counts.sum()} right in {settings['split']}")
