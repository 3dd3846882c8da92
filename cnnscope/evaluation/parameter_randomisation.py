"""Parameter randomisation: how much of a map is left when the network's layers are made random."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.evaluation._cascade import follow
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Parameter randomisation",
    summary="how much of a map is left when the network's layers are made random, from the top on",
    paper="Adebayo, Gilmer, Muelly, Goodfellow, Hardt, Kim 2018, Sanity Checks for Saliency Maps, "
    "https://arxiv.org/abs/1810.03292",
    units="mean similarity to the first map",
    better="lower",
    category="randomisation",
    needs=("method",),
    options={
        "stages": {
            "type": "integer",
            "minimum": 1,
            "default": 4,
            "description": "spread evenly over the layers, at each of which those above are "
            "random; each costs a run of the method",
        },
        "similarity": {
            "enum": ["spearman", "ssim"],
            "default": "spearman",
            "description": "of the maps without their signs: Spearman's rank correlation, or the "
            "structural similarity of maps that are divided by their largest value",
        },
        "baseline": {
            "enum": ["black", "mean", "blur"],
            "default": "black",
            "description": "pixels that are equal to it do not count, for many maps are 0 there "
            "whatever the network: black, the image's mean colour, or a blurred copy of it",
        },
    },
)


def score(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    stages: int,
    similarity: str,
    baseline: str,
    seed: int,
    explain: Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray],
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The similarity of |map| to that of the randomised network, the mean over the stages.

    Adebayo and others 2018, "Sanity Checks for Saliency Maps", https://arxiv.org/abs/1810.03292,
    section 3, by `cascade`. They count all pixels; on black backgrounds the zeros that integrated
    gradients and input x gradient always have there then keep their correlation above 0.99.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained, also of the random networks.
        attribution: (N, H, W).
        stages: how many random networks are explained.
        similarity: `spearman` or `ssim`, which needs images of 11 pixels a side.
        baseline: pixels that are equal to it do not count.
        seed: of the random weights, which are the same for all images.
        explain: the method: a model, images and targets to maps (N, H, W).

    Returns:
        float32 (N,): 1 for a map that ignores the network, 0 with a standard deviation of
        1 / sqrt(pixels) for one that has nothing to do with the first one; NaN where the first map
        is 0 everywhere or fewer than two pixels count.

    Raises:
        UserError: the network has no weights, or the images are too small.
    """
    found = []
    for name, _, alike in follow(
        model, images, targets, attribution, explain,
        stages=stages, similarity=similarity, baseline=baseline, seed=seed,
    ):  # fmt: skip
        log(f"random down to {name}")
        found.append(alike)
    return np.mean(found, 0).astype(np.float32)
