"""Put an image set together from the shards in which its images were decoded."""

import numpy as np

from cnnscope.data.set_files import write_set
from cnnscope.files import mapped_array
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    split = settings["split"]
    parts = [np.load(file, mmap_mode="r") for file in snakemake.input.images]
    places = {
        row["path"]: (part, number)
        for part, table in enumerate(snakemake.input.tables)
        for number, row in enumerate(read_table(table))
    }
    members = [(at, f"{split}/{name}", label) for at, name, label in settings["members"]]
    rows = [row for row in members if row[1] in places]
    with mapped_array(snakemake.output.images, (len(rows), *parts[0].shape[1:]), "u1") as images:
        for number, (_, path, _) in enumerate(rows):
            part, place = places[path]
            images[number] = parts[part][place]
    empty = (
        f"none of its images of {split} can be read"
        if members
        else f"no image of {split} has a label"
    )
    write_set(snakemake.output, settings, rows, None if rows else empty, log)
