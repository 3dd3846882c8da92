"""What lies in a store and under published names, held against the records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from cnnscope.planning.changes import changes
from cnnscope.planning.record import read_record
from cnnscope.planning.result import RECORD
from cnnscope.planning.store import file_fault


def reasons(expected: Mapping[str, Mapping]) -> dict[str, list[str]]:
    """Why each published result of a config is no longer what it would be today.

    Args:
        expected: by the path of a published record, what `Result.described` says today.

    Returns:
        Lines by the name of the result; without those that were never made.
    """
    found = {}
    for file, described in expected.items():
        record = read_record(Path(file))
        if record is not None:
            rule, result = described["result"].split("/")
            found[f"{rule} {result.rpartition('-')[0]}"] = (
                [] if record["key"] == described["key"] else changes(record, described)
            )
    return found


def audit(
    store: Path, records: Sequence[Path], digest: Callable[[Path], str]
) -> tuple[list[str], int]:
    """What does not match its record, and how many files do; each file is read.

    Args:
        records: the published records.
    """
    findings, right = [], 0
    for record in records:
        published = (read_record(record) or {}).get("published")
        if published is None:
            findings.append(f"{record}: is no record")
            continue
        for file, made in published.items():
            reason = file_fault(Path(file), made, digest)
            findings += [f"{file}: {reason}"] if reason else []
            right += reason is None
    for folder, record in stored_records(store):
        if record is None:
            findings.append(f"{folder}: nothing is known of how it was made")
            continue
        for file, made in record["outputs"].items():
            reason = file_fault(folder / file, made, digest)
            findings += [f"{folder / file}: {reason}"] if reason else []
            right += reason is None
    return findings, right


def stored_records(store: Path) -> Iterator[tuple[Path, dict | None]]:
    """The folder and the record of each stored result, in the order of their names."""
    for folder in sorted(store.glob("[!.]*/*/")):
        yield folder, read_record(folder / RECORD)
