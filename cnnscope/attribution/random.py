"""A control: noise, which explains nothing."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.attribution.reference_maps import random_maps

METHOD = Method(
    title="Random (control)",
    summary="control: a map of noise, which no method may fall behind",
    paper="none: a control",
    units="of no unit",
    signed=False,
    target="predicted",
    control=True,
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    seed: int,
    log: Callable[[str], None] = print,
) -> Explanation:
    """Uniform noise, independent in each pixel.

    It takes what every method takes, and uses neither the network nor the class.

    Args:
        images: uint8 (N, H, W, C).
        seed: together with the content of an image it determines its map.

    Returns:
        attribution: (N, H, W), from 0 to 1.
    """
    return Explanation(random_maps(images, seed), facts={"units": METHOD.units})
