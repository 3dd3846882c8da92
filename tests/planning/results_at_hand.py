"""A small graph of results, and a store in which they are made."""

import json
from pathlib import Path

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.record import contents, made
from cnnscope.planning.result import Given, Result
from cnnscope.planning.store import Store

CODE = {"files": {"a.py": "1" * 64}, "libraries": {"numpy": "2.4"}}


def decoded(split: str = "training", digest: str = "d" * 64, **changes) -> Result:
    given = {
        "rule": "decode",
        "label": split,
        "parameters": {"split": split, "size": 32},
        "inputs": {"dataset": Given(digest)},
        "code": CODE,
        "outputs": {"images": "images.npy", "table": "images.csv"},
    }
    return Result(**given | changes)


def lime(first: Result, second: Result, **changes) -> Result:
    given = {
        "rule": "attribution",
        "label": "lime",
        "parameters": {"samples": 100, "width": 0.25, "layers": {"a": 1, "b": 2}},
        "inputs": {"images": [first["images"], second["images"]], "table": first["table"]},
        "code": CODE,
        "context": {"threads": 2},
        "outputs": {"array": "result.npy", "maps": "maps/"},
    }
    return Result(**given | changes)


def make(root: Path, result: Result, content: str = "made") -> None:
    """Store a result as a job does: files, then a record that names them and their sources."""
    folder = root / result.folder
    for output in result.outputs.values():
        file = folder / output / "b.npy" if output.endswith("/") else folder / output
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{content} {output}")
    sources = {
        source.folder: made(json.loads((root / source.record).read_text()))
        for source in result.sources()
    }
    record = result.described() | {
        "outputs": contents(folder, result.outputs),
        "sources": sources,
    }
    (root / result.record).write_text(json.dumps(record))


def store(root: Path) -> Store:
    return Store(root, file_digest)
