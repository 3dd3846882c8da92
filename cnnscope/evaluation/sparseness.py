"""Sparseness: how few pixels hold most of a map."""

from collections.abc import Callable

import numpy as np

from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Sparseness",
    summary="how few pixels hold most of a map",
    paper="Chalasani, Chen, Chowdhury, Jha, Wu 2020, Concise Explanations of Neural Networks "
    "using Adversarial Training, https://arxiv.org/abs/1810.06583",
    units="Gini index",
    better="higher",
    category="complexity",
    network=False,
    options={
        "power": {
            "type": "number",
            "exclusiveMinimum": 0,
            "default": 1,
            "description": "of the absolute values, before they are compared",
        },
    },
)


def score(
    model: object,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    power: float,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The Gini index of the absolute attributions of each image.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained.
        attribution: (N, H, W).
        power: of the absolute values, above 0.

    Returns:
        float32 (N,): 0 where all pixels are alike, 1 - 1 / (H W) where one pixel holds all, 1/3 in
        the mean for uniform noise; NaN where the map is 0 everywhere.
    """
    sizes = np.sort(np.abs(attribution.reshape(len(attribution), -1)).astype(np.float64) ** power)
    count = sizes.shape[1]
    weights = (count - np.arange(count) - 0.5) / count
    totals = sizes.sum(1)
    shares = (sizes * weights).sum(1) / np.where(totals > 0, totals, np.nan)
    log(f"{(totals == 0).sum()} maps are 0 everywhere")
    return (1 - 2 * shares).astype(np.float32)
