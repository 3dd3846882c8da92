"""Put the shards of an attribution method together, in the order of its image sets."""

import importlib
from itertools import islice
from pathlib import Path

from cnnscope.attribution.gathering import Shard, gather
from cnnscope.data.set_files import log_empty_sets, read_indices
from cnnscope.job import job
from cnnscope.planning.methods import defines
from cnnscope.tables import SET_COLUMNS, read_table, write_table

with job(snakemake) as (settings, log):
    method = settings["method"]
    log_empty_sets(method, settings["sets"], snakemake.input.tables, log)
    parts = zip(snakemake.input.arrays, snakemake.input.indices, strict=True)
    indices = read_indices(settings["sets"], snakemake.input.sets)
    shards = []
    for own, count in zip(indices, settings["shards"], strict=True):
        places = {}
        for row in own:
            places.setdefault(row["path"], []).append(int(row["row"]))
        for array, table in islice(parts, count):
            paths = [row["path"] for row in read_table(table)]
            if paths:
                shards.append(Shard(Path(array), [places[path] for path in paths]))
    summarise = None
    if defines(method, "summarise"):
        summarise = importlib.import_module(f"cnnscope.attribution.{method}").summarise
    gather(Path(snakemake.output.array), shards, summarise)
    rows = [row.values() for own in indices for row in own]
    write_table(snakemake.output.index, SET_COLUMNS, rows)
    log(f"{len(rows)} images from {len(shards)} shards")
