"""Cluster the attribution maps of each class: is it known by something at a fixed place?"""

import numpy as np

from cnnscope.data.set_files import log_empty_sets
from cnnscope.errors import UserError
from cnnscope.evaluation import _shortcut_tables as tables
from cnnscope.files import load_images, load_result, save_result
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    files, names = snakemake.input, settings["names"]
    log_empty_sets("shortcuts", settings["sets"], files.tables, log)
    marks = np.concatenate([np.load(file) for file in files.marks]) if files.get("marks") else None
    methods = dict(zip(settings["methods"], map(load_result, files.arrays), strict=True))
    refused = {
        name: facts["refused"] for name, (*_, facts) in methods.items() if "refused" in facts
    }
    if len(refused) == len(methods):
        raise UserError(f"shortcuts.methods: {'; '.join(refused.values())}; name another there")
    criterion = tables.Criterion(
        settings["most"], settings["level"], len(methods), settings["seed"]
    )
    found, maps = [], {}
    for name, (array, details, _) in methods.items():
        if name in refused:
            log(f"{name}: left out, for {refused[name]}")
            continue
        maps[name] = array
        found += tables.findings(name, array, details["targets"], marks, criterion)
    rows = [tables.table_row(one, names) for one in found]
    for row in rows:
        if row["named"] == "yes":
            log(f"{row['method']}: {row['class']} is known by something in one place")
    write_table(snakemake.output.table, rows[0], [row.values() for row in rows])
    paths = [row["path"] for row in read_table(files.index)]
    members = tables.cluster_rows(found, names, paths)
    write_table(snakemake.output.clusters, ("method", "class", "path", "cluster"), members)
    chosen = tables.shown(found)
    pictures, details = tables.examples(chosen, load_images(files.images), maps)
    facts = {"most": settings["most"], "level": settings["level"]}
    facts |= {"shown": [tables.described(one, names) for one in chosen]}
    save_result(snakemake.output.array, pictures, details, facts)
