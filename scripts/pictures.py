"""Decode the images of a shard."""

from pathlib import Path

from cnnscope.data.dataset import Source, contents_of
from cnnscope.data.decode import decode_split
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.job import job
from cnnscope.tables import write_table

with job(snakemake) as (settings, log):
    split, names = settings["split"], settings["names"]
    # The demo is drawn by a job; what the user gives lies where the settings say.
    source = settings["source"] or Source(Path(snakemake.input.dataset))
    kept, _ = decode_split(
        contents_of(source, split, names),
        names,
        Path(snakemake.output.images),
        split=split,
        preprocessing=Preprocessing(**settings["image"]),
        workers=settings["threads"],
        log=log,
        may_be_empty=True,
    )
    rows = [(f"{split}/{names[index]}", settings["labels"][index]) for index in kept]
    write_table(snakemake.output.table, ("path", "label"), rows)
    log(f"{len(kept)} images of {split}")
