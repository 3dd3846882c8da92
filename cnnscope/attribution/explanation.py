"""The result type of all attribution methods."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np
from torch import nn

from cnnscope.errors import RefusalError


@dataclass
class Explanation:
    """Attributions of N images and the other results of the method.

    Attributes:
        attribution: float32 (N, H, W), neither normalised nor clipped.
        details: other arrays by name, whose first axis is N.
        shared: arrays that do not follow from the images, such as the mean of a background.
        facts: plain values that describe the arrays, such as their `units` and residuals.
    """

    attribution: np.ndarray
    details: dict[str, np.ndarray] = field(default_factory=dict)
    shared: dict[str, np.ndarray] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def answer(
    method: ModuleType,
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    arguments: Mapping,
    log: Callable[[str], None],
) -> Explanation:
    """What a method makes of images, or maps of NaN where it refuses the network.

    The fact `refused` is then its reason. A comparison of many methods goes on without it, while
    the figure of the method itself ends the run with that line.

    Args:
        method: a file of this folder, with its `METHOD` and `explain`.
        model, images, targets: as `explain` takes them.
        arguments: the others by name, but for `log`.
        log: receives one line at a time.
    """
    try:
        result = method.explain(model, images, targets, **arguments, log=log)
    except RefusalError as refusal:
        log(str(refusal))
        facts = {"units": method.METHOD.units, "refused": str(refusal)}
        return Explanation(np.full(images.shape[:3], np.nan, np.float32), facts=facts)
    result.attribution = result.attribution.astype(np.float32)
    return result
