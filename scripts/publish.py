"""Publish a stored result under the names that people see."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from cnnscope.files import read_json, replacing, replacing_folder, write_json
from cnnscope.job import alone_in, logging_to, no_newer_than_now
from cnnscope.planning.publishing import published_digests


def place(stored: Path, published: Path, copied: bool) -> None:
    """Give a stored file a second name, or copy it where that cannot be."""
    published.parent.mkdir(parents=True, exist_ok=True)
    # What a killed run left may be a name of a stored file, which must not be written to.
    published.unlink(missing_ok=True)
    if not copied:
        # Another disk, or one without links, raises.
        with suppress(OSError):
            os.link(stored, published)
            return
    shutil.copyfile(stored, published)


with logging_to(snakemake.log[0]) as log, alone_in(Path(snakemake.output.record).parent):
    stored, copied = snakemake.params.stored, snakemake.params.copied
    record = read_json(snakemake.input.stored_record)
    folder = Path(snakemake.input.stored_record).parent
    no_newer_than_now(snakemake.input)
    paths = {name: path for name, path in snakemake.output.items() if name in stored}
    for name, path in paths.items():
        source = folder / stored[name]
        if not stored[name].endswith("/"):
            with replacing(path) as partial:
                place(source, partial, name in copied)
            continue
        with replacing_folder(path) as partial:
            for file in source.rglob("*"):
                if file.is_file() and not file.name.startswith(".snakemake"):
                    place(file, partial / file.relative_to(source), name in copied)
    published = published_digests(stored, record["outputs"], paths)
    write_json(snakemake.output.record, record | {"published": published})
    log(f"{len(published)} files of {record['result']}")
