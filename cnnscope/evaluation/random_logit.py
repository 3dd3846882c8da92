"""Random logit: how alike the map of the target is to that of another class."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.evaluation._similarity import explained_pixels, likeness
from cnnscope.evaluation.metric import Metric
from cnnscope.networks.classifier import predict_each
from cnnscope.seeds import stream

METRIC = Metric(
    title="Random logit",
    summary="how alike the map of the target is to that of another class, drawn at random",
    paper="Sixt, Granz, Landgraf 2020, When Explanations Lie: Why Many Modified BP Attributions "
    "Fail, https://arxiv.org/abs/1912.09818",
    units="similarity to the map of another class",
    better="lower",
    category="randomisation",
    needs=("method",),
    options={
        "similarity": {
            "enum": ["spearman", "ssim"],
            "default": "spearman",
            "description": "of the maps with their signs: Spearman's rank correlation, or the "
            "structural similarity of maps that are divided by their largest absolute value",
        },
        "baseline": {
            "enum": ["black", "mean", "blur"],
            "default": "black",
            "description": "pixels that are equal to it do not count, for many maps are 0 there "
            "whatever the class: black, the image's mean colour, or a blurred copy of it",
        },
    },
)


def score(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    similarity: str,
    baseline: str,
    seed: int,
    explain: Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray],
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The similarity of the target's map to that of another class.

    Sixt, Granz, Landgraf 2020, "When Explanations Lie", https://arxiv.org/abs/1912.09818, who
    take SSIM. The class is drawn evenly from all others.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained.
        attribution: (N, H, W).
        similarity: `spearman` or `ssim`, which needs images of 11 pixels a side.
        baseline: pixels that are equal to it do not count.
        seed: together with the content of an image it determines the other class.
        explain: the method: a model, images and targets to maps (N, H, W).

    Returns:
        float32 (N,): 1 for a map that ignores the class, below 0 where what speaks for one class
        speaks against the other; NaN where the target's map is 0 everywhere, fewer than two pixels
        count, or there is no other class.

    Raises:
        UserError: the images are too small.
    """
    classes = predict_each(model, images[:1]).shape[1]
    if classes < 2:
        log("the model has one class alone")
        return np.full(len(images), np.nan, np.float32)
    others = np.array(
        [
            _another(int(target), classes, stream(seed, "random_logit", image))
            for image, target in zip(images, targets, strict=True)
        ]
    )
    where, maps = explained_pixels(images, baseline), explain(model, images, others)
    found = likeness(similarity, attribution, maps, where).astype(np.float32)
    log(f"{np.isnan(found).sum()} of {len(found)} maps have no score")
    return found


def _another(target: int, classes: int, rng: np.random.Generator) -> int:
    drawn = int(rng.integers(classes - 1))
    return drawn + (drawn >= target)
