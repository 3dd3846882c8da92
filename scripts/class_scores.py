"""Score each class, beside the images that it was learnt from."""

from dataclasses import astuple, fields

import numpy as np

from cnnscope.evaluation.class_scores import ClassScore, class_scores
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    counts = np.load(snakemake.input.counts)
    names = settings["names"] + [str(n) for n in range(len(settings["names"]), len(counts))]
    training = np.full(len(counts), np.nan)
    if table := snakemake.input.get("training"):
        labels = np.array([int(row["label"]) for row in read_table(table)])
        training = np.bincount(labels[labels >= 0], minlength=len(counts))
    lines = class_scores(counts, training, names)
    write_table(
        snakemake.output[0],
        ["class", *(field.name for field in fields(ClassScore)[1:])],
        # An empty cell for a share of nothing.
        [["" if value != value else value for value in astuple(line)] for line in lines],
    )
    log(f"mean F1 over the classes {lines[-1].f1:.3f}, mean recall {lines[-1].recall:.3f}")
