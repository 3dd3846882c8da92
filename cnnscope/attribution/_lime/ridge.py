"""The linear model that LIME fits to the probabilities of masked images."""

import numpy as np

# A smaller variance is rounding: the probability was the same for all masks.
_NO_VARIANCE = 1e-24


def fit(
    masks: np.ndarray, probability: np.ndarray, kernel_width: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted ridge regression of probabilities on masks.

    Args:
        masks: bool (N, S), true where a superpixel is shown.
        probability: float (N, L), for each masked image and class.
        kernel_width: cosine distance at which the weight of a sample falls to exp(-1/2) = 0.61.

    Returns:
        weights (L, S), intercept (L,) and weighted R2 (L,), float64.
    """
    on = masks.astype(np.float64)
    # The cosine distance of a mask to a mask of ones; 1 for an empty mask, where it is undefined.
    distance = 1 - np.sqrt(on.mean(1))
    kernel = np.sqrt(np.exp(-((distance / kernel_width) ** 2)))
    share = kernel / kernel.sum()
    mean_on, mean = share @ on, share @ probability
    on, probability = on - mean_on, probability - mean
    weighted = on * kernel[:, None]
    weights = np.linalg.solve(on.T @ weighted + np.eye(on.shape[1]), weighted.T @ probability)
    left, total = share @ (probability - on @ weights) ** 2, share @ probability**2
    r2 = np.where(total > _NO_VARIANCE, 1 - left / np.maximum(total, _NO_VARIANCE), 1.0)
    return weights.T, mean - mean_on @ weights, r2
