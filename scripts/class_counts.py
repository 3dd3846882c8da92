"""Count the images of each class, in the whole dataset and in each split."""

from cnnscope.data.class_counts import class_counts
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    names = settings["names"]
    rows = [(row["split"], int(row["label"])) for row in read_table(snakemake.input[0])]
    counts = class_counts(rows, len(names))
    titles = [*names, "no label"]
    write_table(
        snakemake.output[0],
        ("label", "class", *counts),
        [
            (label if label < len(names) else -1, titles[label], *numbers)
            for label, numbers in enumerate(zip(*counts.values(), strict=True))
        ],
    )
    log(f"{len(rows)} images of {len(names)} classes")
