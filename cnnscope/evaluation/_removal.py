"""Deletion and insertion: the probability of a class as pixels are hidden or shown by rank."""

from collections.abc import Callable

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution.baseline import grey_baseline
from cnnscope.errors import UserError
from cnnscope.networks.classifier import predict_variants
from cnnscope.networks.probabilities import probabilities
from cnnscope.seeds import stream


def areas(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    steps: int,
    baseline: str,
    seed: int,
    shown_first: bool,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The area below the probability as pixels are hidden or shown, the best ones first.

    Petsiuk, Das, Saenko 2018, "RISE", https://arxiv.org/abs/1806.07421, section 4.3. The area is
    taken by the trapezoid rule over the share of pixels.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class whose softmax probability is followed.
        attribution: (N, H, W); pixels are ranked from the largest value down, all channels of a
            pixel at once. Pixels of equal value come in a random order, see `ranked_pixels`.
        baseline: what replaces a hidden pixel, see `cnnscope.attribution.baseline`; rounded to
            whole grey levels.
        seed: together with the content of an image it determines a baseline of noise, and the
            order of pixels of equal value.
        shown_first: whether the best pixels are shown one after the other (insertion) rather than
            hidden (deletion).

    Returns:
        float32 (N,), from 0 to 1: of deletion lower is better, of insertion higher.

    Raises:
        UserError: an image has fewer pixels than there are steps.
    """
    pixels = attribution[0].size
    if steps > pixels:
        raise UserError(f"steps: {steps} are more than the {pixels} pixels of an image")
    found = np.empty(len(images), np.float32)
    shown = tqdm(images, disable=None, desc="insertion" if shown_first else "deletion", unit="map")
    for number, (image, target, ranked) in enumerate(zip(shown, targets, attribution, strict=True)):
        order = ranked_pixels(ranked, image, seed)
        hidden = grey_baseline(image, baseline, seed=seed)
        first, last = (hidden, image) if shown_first else (image, hidden)
        probabilities = _curve(model, first, last, int(target), order, steps)
        found[number] = np.trapezoid(probabilities, dx=1 / steps)
    log(f"{len(found)} maps")
    return found


def ranked_pixels(ranked: np.ndarray, image: np.ndarray, seed: int) -> np.ndarray:
    """The pixels of a map (H, W) from its largest value down, int (H W,).

    Those of equal value come in a random order that follows from the seed and the image. In reading
    order a map that is 0 almost everywhere would take away the sky first, and be scored for that.
    """
    shuffled = stream(seed, "ties", image).permutation(ranked.size)
    return shuffled[np.argsort(-ranked.ravel()[shuffled], kind="stable")]


def _curve(
    model: nn.Module,
    first: np.ndarray,
    last: np.ndarray,
    target: int,
    order: np.ndarray,
    steps: int,
) -> np.ndarray:
    """The target's probability, float64 (steps + 1,), as `first` becomes `last` pixel by pixel."""
    variants = np.repeat(first[None], steps + 1, 0).reshape(steps + 1, len(order), -1)
    changed = last.reshape(len(order), -1)
    for step in range(1, steps + 1):
        ranked = order[: round(step * len(order) / steps)]
        variants[step, ranked] = changed[ranked]
    logits = predict_variants(model, variants.reshape(steps + 1, *first.shape))
    return probabilities(logits)[:, target]
