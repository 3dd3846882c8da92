"""The pointing game: whether the largest value of a map lies on the object."""

from collections.abc import Callable

import numpy as np
from skimage.morphology import isotropic_dilation

from cnnscope.evaluation._localisation import inside_masks
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Pointing game",
    summary="whether the largest value of a map lies on the object",
    paper="Zhang, Bargal, Lin, Brandt, Shen, Sclaroff 2018, Top-Down Neural Attention by "
    "Excitation Backprop, https://arxiv.org/abs/1608.00507",
    units="share of hits",
    better="higher",
    category="localisation",
    needs=("masks",),
    options={
        "tolerance": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "description": "how many pixels off the object a hit may be; the paper allows 15 on "
            "photographs of their own size",
        },
    },
)


def score(
    model: object,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    masks: np.ndarray,
    tolerance: int,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """Whether the largest value of each map lies on the object of its image.

    Where several pixels have the largest value, the score is the share of them that lies on the
    object: a map that points everywhere does not find it. Neither the network nor the pixels nor
    the classes are looked at.

    Args:
        attribution: (N, H, W).
        masks: bool (N, H, W), true where the object is.
        tolerance: a pixel whose centre is at most so many pixels away from that of a pixel of the
            object lies on it too.

    Returns:
        float32 (N,) from 0 to 1: of a constant map the share of the mask, with tolerance that of
        the grown mask; NaN where the mask is empty.
    """

    def share_of_hits(values: np.ndarray, mask: np.ndarray) -> float:
        near = isotropic_dilation(mask, tolerance) if tolerance else mask
        return float(near[values == values.max()].mean())

    return inside_masks(share_of_hits, attribution, masks, log)
