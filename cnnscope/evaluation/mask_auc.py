"""Area under the ROC curve: whether the values on the object are larger than those beside it."""

from collections.abc import Callable

import numpy as np

from cnnscope.evaluation._localisation import inside_masks
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Area under ROC of the mask",
    summary="how often a value on the object is larger than one beside it",
    paper="Fawcett 2006, An introduction to ROC analysis, "
    "https://doi.org/10.1016/j.patrec.2005.10.010; of saliency and masks: Borji, Tavakoli, Sihite, "
    "Itti 2013, Analysis of Scores, Datasets, and Models in Visual Saliency Prediction, "
    "https://doi.org/10.1109/ICCV.2013.118",
    units="area under the ROC curve",
    better="higher",
    category="localisation",
    needs=("masks",),
)


def score(
    model: object,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    masks: np.ndarray,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The area under the ROC curve of each map as a detector of the object's pixels.

    It is the probability that a pixel of the object has a larger value than one beside it, where
    equal values count half. Neither the network nor the pixels nor the classes are looked at.

    Args:
        attribution: (N, H, W).
        masks: bool (N, H, W), true where the object is.

    Returns:
        float32 (N,) from 0 to 1, 0.5 for a constant map; NaN where the mask is empty or covers
        the whole image.
    """
    return inside_masks(_area, attribution, masks, log)


def _area(values: np.ndarray, mask: np.ndarray) -> float:
    inside = np.count_nonzero(mask)
    outside = mask.size - inside
    if not outside:
        return np.nan
    _, level, counts = np.unique(values, return_inverse=True, return_counts=True)
    # The mean rank, from 1, of the pixels that share a value.
    ranks = np.cumsum(counts) - (counts - 1) / 2
    lost = inside * (inside + 1) / 2
    return float((ranks[level].reshape(mask.shape)[mask].sum() - lost) / (inside * outside))
