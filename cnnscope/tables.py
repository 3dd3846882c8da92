"""Write and read CSV files, such as the manifest of a dataset."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.files import replacing

MANIFEST_COLUMNS = ("split", "position", "label", "path", "width", "height")
# What is known of each row of an array of images: `content` is the SHA-256 of its pixels as the
# model is given them, uint8 (H, W, C).
INDEX_COLUMNS = ("row", "split", "position", "path", "label", "content")
# The same of several image sets, one after the other.
SET_COLUMNS = (INDEX_COLUMNS[0], "set", *INDEX_COLUMNS[1:])


def write_table(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write a CSV file in UTF-8; file names that are not valid UTF-8 keep their bytes."""
    with (
        replacing(path) as partial,
        partial.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        plain = csv.writer(stream, lineterminator="\n")
        # The plain writer does not quote a carriage return, which a reader takes for a new row.
        quoted = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in (columns, *rows):
            fields = list(row)
            returns = any("\r" in field for field in fields if isinstance(field, str))
            (quoted if returns else plain).writerow(fields)


def read_table(path: str | Path) -> list[dict[str, str]]:
    """The rows of a CSV file, each a dict by column name.

    Raises:
        UserError: the file is no valid CSV.
    """
    with Path(path).open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
        try:
            return list(csv.DictReader(stream))
        except csv.Error as error:
            raise UserError(f"{path} is no CSV file: {error}; save it as one again") from error
