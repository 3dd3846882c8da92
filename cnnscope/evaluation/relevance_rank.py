"""Relevance rank: how many of the largest values of a map lie on the object."""

from collections.abc import Callable

import numpy as np

from cnnscope.evaluation._localisation import inside_masks
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Relevance rank",
    summary="how many of the largest values of a map, as many as the object has pixels, lie on it",
    paper="Arras, Osman, Samek 2022, CLEVR-XAI: A benchmark dataset for the ground truth "
    "evaluation of neural network explanations, https://arxiv.org/abs/2003.07258",
    units="share of the largest values",
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
    """The share of the K largest values of each map that lies on the object of K pixels.

    Where more pixels have the K-th largest value than are counted, each of them counts in part, so
    that the answer does not depend on an order among equals. Neither the network nor the pixels nor
    the classes are looked at.

    Args:
        attribution: (N, H, W).
        masks: bool (N, H, W), true where the object is.

    Returns:
        float32 (N,) from 0 to 1: of a constant map the share of the mask; NaN where the mask is
        empty.
    """
    return inside_masks(_share_of_largest, attribution, masks, log)


def _share_of_largest(values: np.ndarray, mask: np.ndarray) -> float:
    count = np.count_nonzero(mask)
    last = np.partition(values, values.size - count, axis=None)[values.size - count]
    above, equal = values > last, values == last
    part = (count - np.count_nonzero(above)) / np.count_nonzero(equal)
    return float((np.count_nonzero(above & mask) + part * np.count_nonzero(equal & mask)) / count)
