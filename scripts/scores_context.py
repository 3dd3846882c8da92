"""The scores of a method's shards, as the scripts read them."""

from collections.abc import Iterator, Sequence

import numpy as np

from cnnscope.evaluation.versions import in_order
from cnnscope.tables import INDEX_COLUMNS, read_table

Counts = Sequence[tuple[str, int]]


def read_index(counts: Counts, files: Iterator[str]) -> list[dict[str, str]]:
    """The images of all sets of a method, a row each, in their order.

    Args:
        counts: the name of each image set and the number of its shards.
        files: the index of each set; those that belong to the method are taken from it.
    """
    own = [{"set": name} | row for name, _ in counts for row in read_table(next(files))]
    order = (INDEX_COLUMNS[0], "set", *INDEX_COLUMNS[1:])
    numbered = [row | {"row": str(number)} for number, row in enumerate(own)]
    return [{name: row[name] for name in order} for row in numbered]


def read_scores(
    index: list[dict[str, str]], counts: Counts, files: Iterator[tuple[str, str]]
) -> np.ndarray:
    """The scores (3, N) of the images of an index, see `cnnscope.evaluation.versions`.

    Args:
        counts: the name of each image set and the number of its shards.
        files: the scores of each shard and the table of its images; those that belong to the index
            are taken from it.
    """
    shards = []
    for name, count in counts:
        for _ in range(count):
            scores, part = next(files)
            shards.append((name, [row["path"] for row in read_table(part)], np.load(scores)))
    return in_order(index, shards)
