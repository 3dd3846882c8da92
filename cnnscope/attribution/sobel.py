"""A control: the edges of the picture, which need no network."""

from collections.abc import Callable

import numpy as np
from skimage.filters import sobel
from torch import nn

from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Edges (control)",
    summary="control: the edges of the picture, which need no network",
    paper="Adebayo and others 2018, Sanity Checks for Saliency Maps, "
    "https://arxiv.org/abs/1810.03292, who compare methods to an edge detector",
    units="of intensity",
    signed=False,
    target="predicted",
    control=True,
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The size of the picture's gradient by Sobel's filters.

    It takes what every method takes, and uses neither the network nor the class.

    Args:
        images: uint8 (N, H, W, C).

    Returns:
        attribution: (N, H, W), not negative, 0 where the picture is flat.
    """
    maps = [sobel(image.mean(2) / 255) for image in images]
    return Explanation(np.stack(maps).astype(np.float32), facts={"units": METHOD.units})
