"""Masks: which pixels of an image show its object."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnscope.data.decode import decode_each
from cnnscope.data.mask_names import mask_name
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.data.source import Source

# From this grey level on, half of 255, a pixel shows the object.
_HALF = 128


def mask_file(source: Source, path: str) -> Path:
    """The mask of an image.

    Args:
        source: where the masks lie, of the dataset's layout.
        path: of the image, `<split>/<name>`.
    """
    split, _, name = path.partition("/")
    return source.place(split) / mask_name(name)


def decode_masks(
    files: Sequence[Path],
    preprocessing: Preprocessing,
    *,
    workers: int,
    log: Callable[[str], None],
) -> np.ndarray:
    """Read masks and bring them to the square that the network is given of their images.

    A mask is resized, cut and padded as its image is, so that it stays on the object. Around an
    image there is no object. A mask is of the proportions of its image, but may be of another size.

    Args:
        files: a mask an image, white where the object is and black elsewhere, in any format of
            images; one that is missing or cannot be read has no object, with a line in `log`.
        preprocessing: how the images become squares.
        workers: number of threads.

    Returns:
        bool (N, size, size): whether the object has at least half of the pixel.
    """
    grey = replace(preprocessing, channels=1, fill=())
    masks = np.zeros((len(files), grey.size, grey.size), bool)
    there = [(number, file) for number, file in enumerate(files) if os.path.lexists(file)]
    unread = 0
    for number, outcome in decode_each(there, grey, workers):
        if isinstance(outcome, Exception):
            unread += 1
            log(f"skipped {str(files[number])!r}: {type(outcome).__name__}: {outcome}")
        else:
            masks[number] = outcome[0][..., 0] >= _HALF
    empty = len(there) - unread - np.count_nonzero(masks.any((1, 2)))
    log(
        f"masks of {len(there) - unread} of {len(files)} images; {len(files) - len(there)} have "
        f"none, {unread} cannot be read, {empty} are not white anywhere"
    )
    return masks
