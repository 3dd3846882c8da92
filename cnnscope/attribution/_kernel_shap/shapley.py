"""Shapley values as the solution of a weighted regression."""

import numpy as np

# Directions of less than this share of the largest one are rounding.
_RANK = 1e-10


def shapley_values(
    masks: np.ndarray, weights: np.ndarray, gains: np.ndarray, gain: float
) -> np.ndarray:
    """The values of S players that explain the gains of coalitions best and share out the whole.

    Lundberg, Lee 2017, https://arxiv.org/abs/1705.07874, theorem 2: with all coalitions and the
    weights of the Shapley kernel they are the Shapley values.

    Args:
        masks: bool (N, S), the players of each coalition.
        weights: (N,).
        gains: (N,), how much each coalition has more than the empty one.
        gain: the same of all players together.

    Returns:
        float64 (S,), whose sum is `gain`; where the coalitions do not determine them, those that
        differ least.
    """
    players = masks.shape[1]
    equal = gain / players
    # What the values differ from equal ones adds up to 0. With the mean of each row taken out, the
    # shortest solution of the regression does so by itself.
    centred = masks - masks.mean(1, keepdims=True)
    weighted = centred * weights[:, None]
    left = gains - equal * masks.sum(1)
    inverse = np.linalg.pinv(weighted.T @ centred, rcond=_RANK, hermitian=True)
    difference = inverse @ (weighted.T @ left)
    return equal + difference - difference.mean()
