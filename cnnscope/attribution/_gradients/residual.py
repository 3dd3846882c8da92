"""By how much attributions miss the number that they should add up to."""

import numpy as np

# More than this is said in words, and not drawn by SHAP: what is missing may lie anywhere in a map.
LARGEST = 0.1
# Float32 logits have a relative error of about 1e-6. To judge an error of a thousandth of their
# change, the change must be at least this share of the logits.
_ROUNDING = 1e-3


def relative(missed: np.ndarray, whole: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """What each image's attributions miss, as a share of what they should add up to.

    Args:
        missed: (N,), their sum less what they should add up to.
        whole: (N,), what they should add up to.
        logits: (N, K), which give the size of rounding errors.

    Returns:
        float64 (N,), not negative; 0 where nothing is missed.
    """
    error = np.abs(missed).astype(np.float64)
    scale = np.maximum(np.abs(whole), smallest_change(logits)).astype(np.float64)
    return share(error, scale)


def smallest_change(logits: np.ndarray) -> np.ndarray:
    """The smallest change (N,) of logits (N, K) that errors can be judged by."""
    return _ROUNDING * np.abs(logits).max(1)


def share(error: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Errors as shares of `scale`; 0 where nothing is missed, of no change at all too."""
    return np.divide(error, scale, out=np.zeros_like(error), where=error != 0)


def count_too_large(residual: np.ndarray) -> int:
    """How many images (N,) miss more than a tenth; NaN counts as more."""
    return int((~(residual <= LARGEST)).sum())


def in_words(residual: np.ndarray) -> str:
    """How many images (N,) miss more than a tenth."""
    above = count_too_large(residual)
    images = f"{above} of {len(residual)} images miss more than {LARGEST:.0%}"
    return f"{images}: their maps are not to be relied on" if above else images


def summary(residual: np.ndarray) -> dict:
    """Facts of the residuals of all images (N,)."""
    return {"largest_residual": float(residual.max()), "residuals": in_words(residual)}


def warn(method: str, residual: np.ndarray, advice: str, log) -> None:
    """Log a line if an image misses more than a tenth.

    Args:
        advice: what to do about it.
    """
    if count_too_large(residual):
        log(f"{method}: {in_words(residual)}; {advice}")
