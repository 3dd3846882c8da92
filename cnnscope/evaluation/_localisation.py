"""What metrics of localisation share: a measure of each map, where its image has an object."""

from collections.abc import Callable

import numpy as np


def inside_masks(
    measure: Callable[[np.ndarray, np.ndarray], float],
    attribution: np.ndarray,
    masks: np.ndarray,
    log: Callable[[str], None],
) -> np.ndarray:
    """How well each map finds the object of its image.

    Args:
        measure: of a map (H, W) and a mask (H, W) with a pixel or more; NaN where it is undefined.
        attribution: (N, H, W).
        masks: bool (N, H, W), true where the object is.

    Returns:
        float32 (N,), NaN where the mask is empty or the measure is undefined.
    """
    scores = [
        measure(values, mask) if mask.any() else np.nan
        for values, mask in zip(attribution, masks, strict=True)
    ]
    empty = len(masks) - np.count_nonzero(masks.any((1, 2)))
    undefined = np.count_nonzero(np.isnan(scores)) - empty
    if empty:
        log(f"{empty} of {len(masks)} images have no score: no pixel of theirs is in a mask")
    if undefined:
        log(f"{undefined} of {len(masks)} images have no score: it is undefined for their maps")
    return np.array(scores, np.float32)


def positive_share(values: np.ndarray, inside: np.ndarray) -> float:
    """The share of the positive values that lies inside; NaN where no value is positive."""
    positive = np.maximum(values, 0).astype(np.float64)
    total = positive.sum()
    return float(positive[inside].sum() / total) if total > 0 else np.nan
