"""Decode a split once: one array, one table."""

from pathlib import Path

from cnnscope.data.dataset import Source, open_dataset
from cnnscope.data.decode import decode_split
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.job import job
from cnnscope.tables import MANIFEST_COLUMNS, write_table

with job(snakemake) as (settings, log):
    name = settings["split"]
    # The demo is drawn by a job; what the user gives lies where the settings say.
    source = settings["source"] or Source(Path(snakemake.input.dataset))
    dataset = open_dataset(source)
    split = dataset.listing.splits[name]
    for ignored in split.ignored:
        log(f"ignored {ignored!r}")
    kept, sizes = decode_split(
        dataset.contents(name),
        split.names,
        Path(snakemake.output.images),
        split=name,
        preprocessing=Preprocessing(**settings["image"]),
        workers=settings["threads"],
        log=log,
    )
    rows = [
        (name, position, split.labels[place], f"{name}/{split.names[place]}", *measures)
        for position, (place, measures) in enumerate(zip(kept, sizes, strict=True))
    ]
    write_table(snakemake.output.table, MANIFEST_COLUMNS, rows)
    log(f"{len(kept)} images in {name}")
