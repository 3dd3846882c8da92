"""How many of the images that a question is asked about a figure shows.

The figures draw the images that they are given. The arrays that belong to them may be of more
images: those of the first ones are drawn.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from cnnscope.errors import UserError
from cnnscope.figures.style import how_many_images
from cnnscope.networks.probabilities import doubt


def first_images(files: Iterable[str | Path], most: int) -> tuple[np.ndarray, list[str]]:
    """The first images of image sets that stand one after the other.

    Args:
        most: how many images the figure shows at most.

    Returns:
        The images, uint8 (N, H, W, C) with N <= `most`; and for the foot of the figure a line that
        says how many there are, or none where all of them are shown.
    """
    # Mapped, so that what is not shown is not read.
    sets = [np.load(file, mmap_mode="r") for file in files]
    count = sum(len(images) for images in sets)
    images = np.concatenate([images[:most] for images in sets])[:most]
    line = f"{len(images)} of {how_many_images(count)} (figures.images)"
    return images, [line] if len(images) < count else []


def doubts(read: Mapping) -> list[str]:
    """Lines for the foot of a figure of attributions whose network seems to guess.

    Args:
        read: what the chart reads, with `facts` and `details` if these are its arguments.

    Raises:
        UserError: the method refuses the network.
    """
    facts, details = read.get("facts") or {}, read.get("details") or {}
    if "refused" in facts:
        raise UserError(facts["refused"])
    details = details[0] if isinstance(details, list) else details
    return doubt(details["logits"]) if "logits" in details else []
