"""A control: the same value everywhere, which prefers no pixel."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Constant (control)",
    summary="control: a map of ones, which prefers no pixel",
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
    log: Callable[[str], None] = print,
) -> Explanation:
    """Ones.

    It takes what every method takes, and uses neither the network nor the class.

    Args:
        images: uint8 (N, H, W, C).

    Returns:
        attribution: (N, H, W), all 1.
    """
    return Explanation(np.ones(images.shape[:3], np.float32), facts={"units": METHOD.units})
