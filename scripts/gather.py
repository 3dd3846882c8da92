"""Put the shards of an attribution method together, in the order of its image sets."""

import importlib
from itertools import islice
from pathlib import Path

from cnnscope.attribution.gathering import Shard, gather
from cnnscope.data.set_files import log_empty_sets
from cnnscope.job import job
from cnnscope.planning.methods import defines
from cnnscope.tables import INDEX_COLUMNS, read_table, write_table

with job(snakemake) as (settings, log):
    method = settings["method"]
    log_empty_sets(method, settings["sets"], snakemake.input.tables, log)
    parts = zip(snakemake.input.arrays, snakemake.input.indices, strict=True)
    shards, whole = [], []
    for name, count, index in zip(
        settings["sets"], settings["shards"], snakemake.input.sets, strict=True
    ):
        own = read_table(index)
        places = {}
        for number, row in enumerate(own, len(whole)):
            places.setdefault(row["path"], []).append(number)
        for array, table in islice(parts, count):
            paths = [row["path"] for row in read_table(table)]
            if paths:
                shards.append(Shard(Path(array), [places[path] for path in paths]))
        whole += [(name, *row.values()) for row in own]
    summarise = None
    if defines(method, "summarise"):
        summarise = importlib.import_module(f"cnnscope.attribution.{method}").summarise
    gather(Path(snakemake.output.array), shards, summarise)
    columns = (INDEX_COLUMNS[0], "set", *INDEX_COLUMNS[1:])
    rows = [(number, name, *row[1:]) for number, (name, *row) in enumerate(whole)]
    write_table(snakemake.output.index, columns, rows)
    log(f"{len(rows)} images from {len(shards)} shards")
