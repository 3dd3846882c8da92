"""A control: the middle of every image, where photographers put what they show."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Centre (control)",
    summary="control: a Gaussian around the middle of the image",
    paper="none: a control",
    units="of no unit",
    signed=False,
    target="predicted",
    control=True,
)
# As a share of the sides.
_DEVIATION = 0.25


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """A Gaussian around the middle, whose standard deviations are a quarter of the sides.

    It takes what every method takes, and uses neither the network nor the class.

    Args:
        images: uint8 (N, H, W, C).

    Returns:
        attribution: (N, H, W), above 0 and at most 1.
    """
    rows, columns = (
        np.exp(-(((np.arange(length) + 0.5) / length - 0.5) ** 2) / (2 * _DEVIATION**2))
        for length in images.shape[1:3]
    )
    maps = np.tile(np.outer(rows, columns).astype(np.float32), (len(images), 1, 1))
    return Explanation(maps, facts={"units": METHOD.units})
