"""A control: smooth noise, for smooth maps fare better by many metrics."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.attribution.reference_maps import blurred_maps
from cnnscope.seeds import stream

METHOD = Method(
    title="Blurred random (control)",
    summary="control: blurred noise, for metrics that removal of smooth patches favours",
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
    """Uniform noise under a Gaussian blur of a twentieth of the side.

    It takes what every method takes, and uses neither the network nor the class.

    Args:
        images: uint8 (N, H, W, C).
        seed: together with the content of an image it determines its map.

    Returns:
        attribution: (N, H, W), from 0 to 1.
    """
    noise = [stream(seed, "blurred_random", image).random(image.shape[:2]) for image in images]
    return Explanation(blurred_maps(np.stack(noise)), facts={"units": METHOD.units})
