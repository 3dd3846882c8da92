"""Complexity: over how many pixels a map is spread."""

from collections.abc import Callable

import numpy as np

from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Complexity",
    summary="over how many pixels a map is spread, as an entropy",
    paper="Bhatt, Weller, Moura 2020, Evaluating and Aggregating Feature-based Model Explanations, "
    "https://arxiv.org/abs/2005.00631",
    units="entropy in nats",
    better="lower",
    category="complexity",
    network=False,
)


def score(
    model: object,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The entropy of each pixel's share of the absolute attributions.

    Bhatt, Weller, Moura 2020, https://arxiv.org/abs/2005.00631.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained.
        attribution: (N, H, W).

    Returns:
        float32 (N,): 0 where one pixel holds all, ln(H W) where all pixels are alike, NaN where the
        map is 0 everywhere.
    """
    sizes = np.abs(attribution.reshape(len(attribution), -1)).astype(np.float64)
    totals = sizes.sum(1, keepdims=True)
    shares = sizes / np.where(totals > 0, totals, np.nan)
    terms = shares * np.log(np.where(shares > 0, shares, 1))
    log(f"{(totals == 0).sum()} maps are 0 everywhere")
    # Without the sum's sign, 0 would be -0.
    return np.abs(terms.sum(1)).astype(np.float32)
