"""The manifest's rows."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cnnscope.files import replacing

MANIFEST_COLUMNS = ("split", "position", "label", "path", "width", "height")


def write_table(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a CSV file; names that are no valid text keep their bytes."""
    with (
        replacing(path) as partial,
        partial.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def read_table(path: str | Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column name."""
    with Path(path).open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
        return list(csv.DictReader(stream))
