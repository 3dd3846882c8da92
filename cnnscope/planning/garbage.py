"""Which stored results no published run reaches any more."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cnnscope.planning.audit import stored_records
from cnnscope.planning.record import RECORD, read_record


def published_records(store: Path) -> list[Path]:
    """The records of all that runs have published beside the store."""
    return sorted(store.parent.glob("*/records/*.json"))


def unreachable(store: Path, records: Sequence[Path], kept: Iterable[str]) -> dict[Path, int]:
    """The bytes of each stored result that is neither published nor needed by what is.

    Args:
        records: the published records of all runs.
        kept: results, as `<rule>/<label>-<key>`, that are needed all the same.
    """
    stored = dict(stored_records(store))
    sources = {
        folder.relative_to(store).as_posix(): list(record["sources"]) if record else []
        for folder, record in stored.items()
    }
    waiting = [record["result"] for record in map(read_record, records) if record] + list(kept)
    reached = set()
    while waiting:
        result = waiting.pop()
        if result not in reached:
            reached.add(result)
            waiting += sources.get(result, [])
    return {
        folder: _bytes(folder)
        for folder in stored
        if folder.relative_to(store).as_posix() not in reached
    }


def say_unreachable(found: Mapping[Path, int]) -> list[str]:
    """What `unreachable` has found, in lines for people."""
    said = [f"{folder}: {size:,} bytes" for folder, size in found.items()]
    total = f"{sum(found.values()):,} bytes"
    return [*said, f"cnnscope: {len(found)} results, {total}, that no published run reaches"]


def remove(folders: Iterable[Path]) -> None:
    """Remove stored results, the record of each first: what is half removed is no result."""
    for folder in folders:
        (folder / RECORD).unlink(missing_ok=True)
        shutil.rmtree(folder)


def _bytes(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())
