"""What every attribution method returns."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Explanation:
    """Attributions of N images and what else the method made.

    Attributes:
        attribution: float32 (N, H, W), raw: not normalised, not clipped.
        details: other arrays by name, each with N first where it speaks of the images.
        facts: plain values that describe the arrays: `units`, residuals, what was measured.
    """

    attribution: np.ndarray
    details: dict[str, np.ndarray] = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
