"""How alike two maps of an image are, where there is something to explain."""

from collections.abc import Callable, Mapping

import numpy as np
from skimage.metrics import structural_similarity

from cnnscope.attribution.baseline import grey_baseline
from cnnscope.errors import UserError
from cnnscope.evaluation.ranks import mean_ranks

# Pixels a side of the Gaussian window of SSIM: 3.5 standard deviations of 1.5 to either side.
_WINDOW = 11


def explained_pixels(images: np.ndarray, baseline: str) -> np.ndarray:
    """The pixels that differ from the baseline: bool (N, H, W).

    Where a pixel is that of the baseline, the image times a gradient, and what else is added up
    from a baseline on, is 0 whatever the network: two maps agree there because of the image alone.

    Args:
        images: uint8 (N, H, W, C).
        baseline: see `cnnscope.attribution.baseline`; in whole grey levels.
    """
    hidden = [grey_baseline(image, baseline, seed=0) for image in images]
    return np.stack([(image != other).any(2) for image, other in zip(images, hidden, strict=True)])


def likeness(kind: str, first: np.ndarray, second: np.ndarray, where: np.ndarray) -> np.ndarray:
    """How alike two maps of each image are.

    Args:
        kind: `spearman` or `ssim`.
        first, second: (N, H, W).
        where: bool (N, H, W), the pixels that count.

    Returns:
        float64 (N,): 1 where the maps agree, about 0 where they have nothing to do with each other.
        0 where one of them alone is the same everywhere; NaN where the first is 0 everywhere,
        either is not finite, or fewer than two pixels count.

    Raises:
        UserError: images are too small for SSIM's window.
    """
    if kind == "ssim" and min(first.shape[1:]) < _WINDOW:
        raise UserError(f"similarity: ssim needs images of {_WINDOW} pixels a side; use spearman")
    compare = _KINDS[kind]
    return np.array(
        [
            compare(one, other, counted) if _is_defined(one, other, counted) else np.nan
            for one, other, counted in zip(
                first.astype(np.float64), second.astype(np.float64), where, strict=True
            )
        ]
    )


def _is_defined(first: np.ndarray, second: np.ndarray, where: np.ndarray) -> bool:
    finite = np.isfinite(first).all() and np.isfinite(second).all()
    return bool(finite and where.sum() >= 2 and first[where].any())


def _rank_correlation(first: np.ndarray, second: np.ndarray, where: np.ndarray) -> float:
    """Spearman's: the correlation of ranks, where equal values share the mean of theirs."""
    ranks, others = (mean_ranks(values[where]) for values in (first, second))
    ranks, others = ranks - ranks.mean(), others - others.mean()
    size = np.sqrt((ranks**2).sum() * (others**2).sum())
    # Maps that are the same everywhere have no order: they are alike if both are.
    return float((ranks * others).sum() / size) if size else float((ranks == others).all())


def _structural_similarity(first: np.ndarray, second: np.ndarray, where: np.ndarray) -> float:
    """Of the maps, each divided by its largest absolute value, with a Gaussian window."""
    first, second = (values / (np.abs(values).max() or 1.0) for values in (first, second))
    extent = 2.0 if min(first.min(), second.min()) < 0 else 1.0
    _, everywhere = structural_similarity(
        first, second, data_range=extent, gaussian_weights=True, use_sample_covariance=False,
        full=True,
    )  # fmt: skip
    return float(everywhere[where].mean())


_KINDS: Mapping[str, Callable[[np.ndarray, np.ndarray, np.ndarray], float]] = {
    "spearman": _rank_correlation,
    "ssim": _structural_similarity,
}
