"""Infidelity: how far a map is from telling what hiding parts of the image does to the logit."""

from collections.abc import Callable

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._masking.windows import Windows
from cnnscope.attribution.baseline import grey_baseline
from cnnscope.evaluation.metric import Metric
from cnnscope.networks.classifier import predict_variants

METRIC = Metric(
    title="Infidelity",
    summary="how far a map is from telling what hiding a window of the image does to the logit",
    paper="Yeh, Hsieh, Suggala, Inouye, Ravikumar 2019, On the (In)fidelity and Sensitivity of "
    "Explanations, https://arxiv.org/abs/1901.09392",
    units="share of the squared changes that the map misses",
    better="lower",
    category="faithfulness",
    options={
        "window": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": 0.25,
            "description": "side of the hidden window, as a share of the image's; windows overlap "
            "by half",
        },
        "baseline": None,
    },
)


def score(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    window: float,
    baseline: str,
    seed: int,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The infidelity of maps, with the perturbation that hides a square (section 2.2 of the paper).

    A map says of each window the sum of its values; the network, by how much the logit falls when
    the window is hidden. Maps are in units of their own, so the best factor from 0 up is taken
    first, as the paper does, and what is missed is divided by what there was to tell.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class whose logit is followed.
        attribution: (N, H, W), what the pixels contribute to the logit, all channels together.
        window: side of a window, as a share of the image's.
        baseline: what replaces hidden pixels, see `cnnscope.attribution.baseline`; rounded to whole
            grey levels.
        seed: together with the content of an image it determines a baseline of noise.

    Returns:
        float32 (N,), from 0 to 1: 0 where the sums tell every change up to a factor, as do those of
        input x gradient on a linear model with a black baseline; 1 where they tell nothing. NaN
        where no window changes the logit.
    """
    windows = Windows.of(images.shape[1:3], window, stride=0.5)
    hidden = ~windows.masks[:, windows.segments]
    inside = hidden.reshape(len(hidden), -1).astype(np.float64)
    found, before = np.empty(len(images), np.float32), None
    shown = tqdm(images, disable=None, desc="infidelity", unit="map")
    for number, (image, target, values) in enumerate(zip(shown, targets, attribution, strict=True)):
        # Several maps of an image come one after the other, and the network is asked once.
        if before is None or before[1] != target or not np.array_equal(before[0], image):
            empty = grey_baseline(image, baseline, seed=seed)
            variants = np.where(hidden[..., None], empty, image)
            logits = predict_variants(model, np.concatenate([image[None], variants]))[:, target]
            changes, before = np.float64(logits[0]) - logits[1:], (image, target)
        found[number] = missed(inside @ values.ravel().astype(np.float64), changes)
    log(f"{np.isnan(found).sum()} of {len(found)} maps have no score: no window changes the logit")
    return found


def missed(told: np.ndarray, changes: np.ndarray) -> float:
    """The share of the squared `changes` (M,) that the best multiple of `told` (M,) misses.

    The factor is not below 0: a map that tells the opposite tells nothing.
    """
    total = (changes**2).sum()
    if not total:
        return np.nan
    scale = (told**2).sum()
    factor = max(0.0, (told * changes).sum() / scale) if scale else 0.0
    return ((factor * told - changes) ** 2).sum() / total
