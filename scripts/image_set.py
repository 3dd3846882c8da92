"""Cut an image set that asks the model from its split."""

import numpy as np

from cnnscope.data.image_sets import by_class, by_confusion, why_empty
from cnnscope.data.set_files import write_set
from cnnscope.files import save_array
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    table = read_table(snakemake.input.table)
    labels = np.array([int(row["label"]) for row in table])
    logits = np.load(snakemake.input.logits)
    if "per_class" in settings:
        which, predicted = settings["which"], logits.argmax(1)
        positions = by_class(labels, settings["per_class"], which, predicted)
    else:
        positions = by_confusion(labels, logits, settings["confusions"])
    images = np.load(snakemake.input.images, mmap_mode="r")
    save_array(snakemake.output.images, images[positions])
    rows = [(position, table[position]["path"], int(labels[position])) for position in positions]
    write_set(snakemake.output, settings, rows, None if rows else why_empty(settings, labels), log)
