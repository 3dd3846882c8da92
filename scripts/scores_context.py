"""The images of a method and the scores of its shards, as the scripts read them."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from cnnscope.data.set_files import read_indices
from cnnscope.errors import UserError
from cnnscope.evaluation.versions import in_order
from cnnscope.tables import read_table

# The image set of each shard and the paths of its images.
Shards = list[tuple[str, list[str]]]


def read_images(
    counts: Sequence[tuple[str, int]], indices: Iterator[str], parts: Iterator[str]
) -> tuple[list[dict[str, str]], Shards]:
    """The images of all sets of a method, a row each, and those of its shards.

    Args:
        counts: the name of each image set and the number of its shards.
        indices: the index of each set; those that belong to the method are taken from it.
        parts: the table of the images of each shard, in the same way.

    Raises:
        UserError: there is no image in any of the sets.
    """
    names = [name for name, _ in counts]
    index = [row for own in read_indices(names, list(islice(indices, len(names)))) for row in own]
    if not index:
        raise UserError(
            f"image_sets: {', '.join(names)}: no image to score; choose other images for it"
        )
    of_shards = [name for name, count in counts for _ in range(count)]
    paths = ([row["path"] for row in read_table(next(parts))] for _ in of_shards)
    return index, list(zip(of_shards, paths, strict=True))


def read_scores(index: list[dict[str, str]], shards: Shards, files: Iterator[str]) -> np.ndarray:
    """The scores (2, N) of the images of an index, see `cnnscope.evaluation.versions`.

    Args:
        files: the scores of each shard; those that belong to the shards are taken from it.
    """
    return in_order(index, [(name, paths, np.load(next(files))) for name, paths in shards])
