"""By how much SHAP values miss the change of the logits that they should add up to."""

import numpy as np

from cnnscope.attribution._gradients.residual import share, smallest_change


def relative_residual(
    values: np.ndarray, logits: np.ndarray, background_logits: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """|sum of the values - change of the logit|, relative: float32 (N, L), NaN without a class.

    It is divided by the largest change of any explained logit of the image. It is relative, because
    a wrong rule causes an error in proportion to the change. It is relative to the largest change,
    because the figure shows all classes of an image on one scale, and because a class whose logit
    happens not to change would have an infinite residual.

    Args:
        values: (N, L, C, H, W).
        logits: (N, K).
        background_logits: (K,), their mean over the background.
        classes: int64 (N, L), the class of each column, -1 for none.
    """
    change = _of(logits - background_logits, classes)
    error = np.abs(values.sum((2, 3, 4), dtype=np.float64) - change)
    scale = _scale(logits, background_logits, classes)
    return share(error, scale).astype(np.float32)


def standard_error(
    sums: np.ndarray, logits: np.ndarray, each_background: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Standard error of the relative residual of expected gradients: float32 (N, L).

    The integral from each background image is estimated on its own, and its true value is known.
    Their errors are independent and 0 in the mean, so the standard error of their mean follows from
    their squares.

    Args:
        sums: (N, L, B), what the values from each background image add up to.
        each_background: (B, K), logits of the background images.
    """
    change = np.stack([_of(logits - own, classes) for own in each_background], 2)
    spread = np.sqrt(((sums - change) ** 2).sum(2)) / len(each_background)
    scale = _scale(logits, each_background.mean(0, dtype=np.float64), classes)
    return share(spread, scale).astype(np.float32)


def advice(sampled: bool) -> str:
    """What to do about a residual that is too large.

    Args:
        sampled: whether the values are expected gradients.
    """
    return "raise shap.samples" if sampled else "set shap.engine to expected_gradients"


def largest_of_each(by_class: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The largest of an image's values (N,), of those (N, L) of the classes that it has.

    Where a network gave NaN, so is the largest, while columns without a class do not count.
    """
    return np.where(classes < 0, -np.inf, by_class).max(1)


def _of(by_class: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The columns of `by_class` (N, K) that `classes` (N, L) names; NaN where that is -1."""
    return np.where(classes < 0, np.nan, np.take_along_axis(by_class, np.maximum(classes, 0), 1))


def _scale(logits: np.ndarray, background_logits: np.ndarray, classes: np.ndarray) -> np.ndarray:
    change = np.abs(_of(logits - background_logits, classes))
    return np.maximum(largest_of_each(change, classes), smallest_change(logits))[:, None]
