"""A dataset in a CSV file: a row an image."""

from collections.abc import Container, Iterator

import numpy as np

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import SPLITS, Dataset, Split, known_labels, name_classes
from cnnscope.data.pixel_table import cut_validation, index_rows, read_rows
from cnnscope.data.source import Content, OpenDataset, Source
from cnnscope.errors import UserError


def open_table(source: Source, known: ContentIndex) -> OpenDataset:
    index = known.remembered(source.path, index_rows)
    rows, bad = index["rows"], [tuple(one) for one in index["bad"]]
    if source.classes:
        count = len(source.classes)
        reason = f"is not below {count}, the number of dataset.classes"
        bad += [(row[0], f"label {row[1]} {reason}") for row in rows if row[1] >= count]
        rows = [row for row in rows if row[1] < count]
    _check_bad_rows(sorted(bad), source)
    of_split = _split_rows(rows, source)
    ignored = tuple(f"line {line}: {reason}" for line, reason in sorted(bad))
    splits = {
        split: Split(tuple(f"line {row[0]}" for row in own), tuple(row[1] for row in own), ignored)
        for split, own in of_split.items()
    }
    where = source.path
    classes = name_classes(splits["training"].labels, source.classes, where)
    listing = Dataset(known_labels(splits, where), tuple(classes))

    def digests(split: str) -> list[str]:
        return [row[3] for row in of_split[split]]

    def contents(
        split: str, positions: Container[int] | None = None
    ) -> Iterator[tuple[int, Content]]:
        wanted = {
            row[0]: position
            for position, row in enumerate(of_split[split])
            if positions is None or position in positions
        }
        return read_rows(where, wanted)

    return OpenDataset(listing, digests, contents)


def _check_bad_rows(bad: list[tuple[int, str]], source: Source) -> None:
    if len(bad) > source.max_bad_rows:
        first = "; ".join(f"line {line}: {reason}" for line, reason in bad[:5])
        more = f"; and {len(bad) - 5} more" if len(bad) > 5 else ""
        raise UserError(
            f"dataset.path: {source.path} has {len(bad)} bad rows, dataset.max_bad_rows allows "
            f"{source.max_bad_rows}: {first}{more}"
        )


def _split_rows(rows: list[list], source: Source) -> dict[str, list[list]]:
    """The rows of each split: as marked, validation cut from training where none is marked."""
    of_split = {split: [row for row in rows if row[2] == split] for split in SPLITS}
    of_split["training"] += [row for row in rows if row[2] is None]
    if not of_split["validation"]:
        whole = of_split["training"]
        labels = np.array([row[1] for row in whole], np.int64)
        cut = cut_validation(labels, source.validation_fraction, source.seed)
        of_split["training"] = [row for row, out in zip(whole, cut, strict=True) if not out]
        of_split["validation"] = [row for row, out in zip(whole, cut, strict=True) if out]
    for split in ("training", "validation"):
        if not of_split[split]:
            raise UserError(f"dataset.path: {source.path} has no row for {split}")
    return {split: own for split, own in of_split.items() if own}
