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
