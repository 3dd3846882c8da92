"""Cut an image set from its split."""

import numpy as np
from job_context import job

from cnnscope.checks import check_image_set
from cnnscope.data.image_sets import by_class, by_confusion
from cnnscope.files import save_array, write_json
from cnnscope.tables import read_table

with job(snakemake) as log:
    settings = snakemake.params.settings
    name, split = settings["name"], settings["split"]
    rows = read_table(snakemake.input.table)
    labels = np.array([int(row["label"]) for row in rows])
    logits = np.load(snakemake.input.logits) if "logits" in dict(snakemake.input.items()) else None
    check_image_set(name, settings, len(rows))
    if "positions" in settings:
        positions = settings["positions"]
    elif "per_class" in settings:
        predicted = None if logits is None else logits.argmax(1)
        positions = by_class(labels, settings["per_class"], settings["which"], predicted)
    else:
        positions = by_confusion(labels, logits, settings["confusions"])
    images = np.load(snakemake.input.images, mmap_mode="r")
    facts = {
        "split": split,
        "positions": positions,
        "labels": [int(labels[position]) for position in positions],
        "paths": [rows[position]["path"] for position in positions],
    }
    write_json(snakemake.output.table, facts)
    save_array(snakemake.output.images, images[positions])
    log(f"image set {name}: positions {positions} of {split}")
