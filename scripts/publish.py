"""Publish a stored result under the names that people see."""

import os
import shutil
from pathlib import Path

from cnnscope.files import read_json, replacing, replacing_folder, write_json
from cnnscope.job import logging_to, no_newer_than_now
from cnnscope.planning.publishing import published_paths


def place(stored: Path, published: Path, copied: bool) -> None:
    """Give a stored file a second name, or copy it where that cannot be."""
    published.parent.mkdir(parents=True, exist_ok=True)
    # What a killed run left may be a name of a stored file, which must not be written to.
    published.unlink(missing_ok=True)
    if not copied:
        try:
            os.link(stored, published)
            return
        except OSError:
            # Another disk, or one without links.
            pass
    shutil.copyfile(stored, published)


with logging_to(snakemake.log[0]) as log:
    stored, copied = snakemake.params.stored, snakemake.params.copied
    record = read_json(snakemake.input.stored_record)
    folder = Path(snakemake.input.stored_record).parent
    no_newer_than_now(snakemake.input)
    paths = {name: path for name, path in snakemake.output.items() if name in stored}
    for name, path in paths.items():
        if not stored[name].endswith("/"):
            with replacing(path) as partial:
                place(folder / stored[name], partial, name in copied)
            continue
        source = folder / stored[name]
        with replacing_folder(path) as partial:
            for file in source.rglob("*"):
                if file.is_file() and not file.name.startswith(".snakemake"):
                    place(file, partial / file.relative_to(source), name in copied)
    where = published_paths(stored, record["outputs"], paths)
    published = {path: record["outputs"][file] for file, path in where.items()}
    write_json(snakemake.output.record, record | {"published": published})
    log(f"{len(published)} files of {record['result']}")
