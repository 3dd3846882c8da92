"""Cut an image set from its split."""

import numpy as np

from cnnscope.checks import check_image_set
from cnnscope.data.image_sets import by_class, by_confusion, why_empty
from cnnscope.files import save_array, write_json
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    name, split = settings["name"], settings["split"]
    rows = read_table(snakemake.input.table)
    labels = np.array([int(row["label"]) for row in rows])
    logits = np.load(snakemake.input.logits) if "logits" in dict(snakemake.input.items()) else None
    check_image_set(name, settings, len(rows))
    absent = []
    if "positions" in settings:
        positions = settings["positions"]
    elif "per_class" in settings:
        predicted = None if logits is None else logits.argmax(1)
        positions = by_class(labels, settings["per_class"], settings["which"], predicted)
        absent = sorted(set(range(settings["classes"])) - set(labels[positions].tolist()))
    else:
        positions = by_confusion(labels, logits, settings["confusions"])
    images = np.load(snakemake.input.images, mmap_mode="r")
    facts = {
        "split": split,
        "positions": positions,
        "labels": [int(labels[position]) for position in positions],
        "paths": [rows[position]["path"] for position in positions],
        "empty": None if positions else why_empty(settings, labels),
        "absent_classes": absent,
    }
    write_json(snakemake.output.table, facts)
    save_array(snakemake.output.images, images[positions])
    log(f"image set {name}: {facts['empty'] or f'positions {positions} of {split}'}")
    if positions and absent:
        log(f"image set {name}: no image of class {', '.join(map(str, absent))}")
