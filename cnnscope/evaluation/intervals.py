"""How far a mean over images may be trusted."""

import numpy as np


def bootstrap_interval(
    values: np.ndarray, rng: np.random.Generator, share: float = 0.95, draws: int = 2000
) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean.

    Efron 1979, "Bootstrap methods: another look at the jackknife". The images are drawn with
    return as often as there are images, and the mean is taken, `draws` times.

    Args:
        values: (N,), at least one.
        share: of the means that lie in the interval.

    Returns:
        Its lower and its upper end.
    """
    chosen = rng.integers(0, len(values), (draws, len(values)))
    means = values[chosen].mean(1)
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def mean_and_interval(
    values: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float, int]:
    """The mean of what is no NaN, the ends of its 95% interval, and the number of values.

    Where all are NaN, so are the mean and the ends.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.nan, np.nan, np.nan, 0
    return float(known.mean()), *bootstrap_interval(known, rng), len(known)
