"""The manifest's rows."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.files import replacing

MANIFEST_COLUMNS = ("split", "position", "label", "path", "width", "height")


def write_table(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a CSV file; names that are no valid text keep their bytes."""
    with (
        replacing(path) as partial,
        partial.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        plain = csv.writer(stream, lineterminator="\n")
        # It leaves a carriage return bare, and the reader takes that for the end of the row.
        quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in (columns, *rows):
            fields = list(row)
            returns = any("\r" in field for field in fields if isinstance(field, str))
            (quoted if returns else plain).writerow(fields)


def read_table(path: str | Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column name.

    Raises:
        UserError: it is no CSV file.
    """
    with Path(path).open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
        try:
            return list(csv.DictReader(stream))
        except csv.Error as error:
            raise UserError(f"{path} is no CSV file: {error}; save it as one again") from error
