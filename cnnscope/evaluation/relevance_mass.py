"""Relevance mass: how much of a map's positive relevance lies on the object."""

from collections.abc import Callable

import numpy as np

from cnnscope.evaluation._localisation import inside_masks, positive_share
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Relevance mass",
    summary="how much of a map's positive relevance lies on the object",
    paper="Arras, Osman, Samek 2022, CLEVR-XAI: A benchmark dataset for the ground truth "
    "evaluation of neural network explanations, https://arxiv.org/abs/2003.07258",
    units="share of positive relevance",
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
    """The share of each map's positive relevance that lies on the object of its image.

    Negative values, which speak against the class, are left out. Neither the network nor the
    pixels nor the classes are looked at.

    Args:
        attribution: (N, H, W).
        masks: bool (N, H, W), true where the object is.

    Returns:
        float32 (N,) from 0 to 1: of a constant positive map the share of the mask; NaN where the
        mask is empty or no value is positive.
    """
    return inside_masks(positive_share, attribution, masks, log)
