"""How well each class is told where the demo's mark moves: with it and without it."""

from pathlib import Path

import numpy as np

from cnnscope.evaluation.known_marks import accuracy_rows
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    truth = read_table(Path(snakemake.input.dataset) / "testing_labels.csv")
    labels = {row["name"]: int(row["label"]) for row in truth}
    paths = [Path(row["path"]).name for row in read_table(snakemake.input.table)]
    rows = accuracy_rows(
        np.array([labels[path] for path in paths]),
        np.load(snakemake.input.logits).argmax(1),
        np.load(snakemake.input.marks).any((1, 2)),
        settings["names"],
    )
    told = [
        [f"{value:.4g}" if isinstance(value, float) else value for value in row.values()]
        for row in rows
    ]
    write_table(snakemake.output.table, rows[0], told)
    log(f"{len(paths)} images of testing")
