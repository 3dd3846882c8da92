"""The record beside a stored result: what it was made from, and the digest of each file of it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from cnnscope.data.fingerprint import digest_of_named, file_digest
from cnnscope.files import read_json

# The name of a record beside the files of its result.
RECORD = "record.json"
_PARTS = ("key", "parameters", "inputs", "code", "libraries", "outputs", "sources")
# Snakemake's mark in each folder that it made, and TensorBoard's logs, which hold the time of day.
NO_RESULTS = (".snakemake", "events.out.tfevents.")


def read_record(file: Path) -> dict | None:
    """The record in `file`; None where there is none or it is damaged."""
    try:
        record = read_json(file)
    except (OSError, ValueError):
        return None
    whole = isinstance(record, dict) and record.keys() >= {"result", *_PARTS}
    return record if whole else None


def says(record: Mapping, expected: Mapping) -> bool:
    """Whether a record says all that is expected of it, such as what `Result.described` says."""
    return record == dict(record) | json.loads(json.dumps(expected))


def contents(folder: Path, outputs: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of each file of a result by its path below `folder`.

    Args:
        outputs: the result's files by name, relative to `folder`; those of a folder, which ends
            with a slash, are all listed.
    """
    listed = {}
    for output in outputs.values():
        path = folder / output
        files = sorted(path.rglob("*")) if output.endswith("/") else [path]
        for file in files:
            if file.is_file() and not file.name.startswith(NO_RESULTS):
                listed[file.relative_to(folder).as_posix()] = file_digest(file)
    return listed


def made(record: Mapping) -> str:
    """One digest of all that a result consists of."""
    return digest_of_named(sorted(record["outputs"].items()))


def file_fault(file: Path, digest: str, digest_of: Callable[[Path], str]) -> str | None:
    """What is wrong with a file that had `digest` when it was made; None where nothing is."""
    if not file.is_file():
        return "is gone"
    return None if digest_of(file) == digest else "is not as it was made"


def unchanged(folder: Path, record: Mapping) -> bool:
    """Whether each file of a result is as its record says; all of them are read."""
    return not any(
        file_fault(folder / name, digest, file_digest) for name, digest in record["outputs"].items()
    )
