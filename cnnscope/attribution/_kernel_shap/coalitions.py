"""The coalitions of players that Kernel SHAP asks about, and their weights."""

from itertools import combinations
from math import comb

import numpy as np

# Of so many players all coalitions are asked about.
_EXACT = 10


def coalitions(count: int, samples: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Coalitions between the empty and the whole one, and their weights in the regression.

    As in the library `shap`, the smallest and the largest sizes are taken in full as long as their
    share of the samples suffices. The sizes between are drawn by their weights, each coalition with
    its complement.

    Args:
        count: of players, S. All coalitions of up to 10 are taken.
        samples: coalitions of more players.
        rng: draws the coalitions.

    Returns:
        bool (N, S), and their weights, float64 (N,).
    """
    if count == 1:
        # Nothing lies between none and all, which say everything there is to say.
        return np.ones((1, 1), bool), np.ones(1)
    sizes = np.arange(1, count)
    # Of all coalitions of a size together: the Shapley kernel of one, times their number.
    weight = (count - 1) / (sizes * (count - sizes))
    full, pairs = count // 2, 0
    if count > _EXACT:
        full, pairs = _in_full(weight, samples // 2)
    whole = [_all_of(count, size) for size in sizes if min(size, count - size) <= full]
    weights = [np.full(len(part), weight[part[0].sum() - 1] / len(part)) for part in whole]
    if pairs:
        between = slice(full, count - 1 - full)
        drawn = _pairs(count, sizes[between], weight[between], pairs, rng)
        whole.append(drawn)
        weights.append(np.full(len(drawn), weight[between].sum() / len(drawn)))
    return np.concatenate(whole), np.concatenate(weights)


def _in_full(weight: np.ndarray, pairs: int) -> tuple[int, int]:
    """The largest size of which, and of its complements, all are taken; the pairs that are left."""
    count = len(weight) + 1
    full = 0
    while 2 * (full + 1) < count:
        # The middle of an even number of players is its own complement.
        share = 2 * weight[full] / weight[full : count - 1 - full].sum()
        if comb(count, full + 1) > pairs * share:
            break
        full += 1
        pairs -= comb(count, full)
    return full, pairs if 2 * full < count - 1 else 0


def _all_of(count: int, size: int) -> np.ndarray:
    chosen = np.array(list(combinations(range(count), size)))
    masks = np.zeros((len(chosen), count), bool)
    np.put_along_axis(masks, chosen, True, axis=1)
    return masks


def _pairs(
    count: int, sizes: np.ndarray, weight: np.ndarray, pairs: int, rng: np.random.Generator
) -> np.ndarray:
    drawn = rng.choice(sizes, pairs, p=weight / weight.sum())
    masks = rng.random((pairs, count)).argsort(1).argsort(1) < drawn[:, None]
    return np.concatenate([masks, ~masks])
