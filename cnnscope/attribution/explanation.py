"""The result type of all attribution methods."""

from dataclasses import dataclass, field

import numpy as np


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
