"""Two clusters of points by spectral clustering, and how often chance would separate them so."""

import numpy as np

# A cluster of one point is an outlier.
_LEAST = 2
# Draws that separate as well as the points do, after which no more are needed.
_ENOUGH = 10


def two_clusters(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Cut points into the two groups that are least alike.

    Shi, Malik 2000, "Normalized Cuts and Image Segmentation", https://doi.org/10.1109/34.868688,
    as SpRAy clusters attribution maps (Lapuschkin and others 2019, "Unmasking Clever Hans
    predictors and assessing what machines really learn", https://arxiv.org/abs/1902.10178). Points
    are alike by exp(-d^2 / s), where d is their distance and s the median of all d^2. They are put
    in order by the second eigenvector of the normalised Laplacian, and cut where the normalised cut
    is least.

    Args:
        points: (N, D), N >= 4.

    Returns:
        members: bool (N,), one of the groups; both have at least two points.
        cut: the normalised cut, what the groups share of their likeness: near 0 for groups far
            apart, about 1 for none.
    """
    members, cuts = _cut(points[None])
    return members[0], float(cuts[0])


def chance_of(
    points: np.ndarray,
    cut: float,
    rng: np.random.Generator,
    draws: int,
    at_once: int = 32,
) -> float:
    """How often points that form one group are cut as well as these.

    As many points are drawn from the normal distribution of the same mean and covariance, which has
    one group, and cut in the same way. Where many draws separate as well, few are made: Besag,
    Clifford 1991, "Sequential Monte Carlo p-values", https://doi.org/10.1093/biomet/78.2.301.

    Args:
        points: (N, D), N >= 4.
        cut: their normalised cut.
        draws: the most that are made.
        at_once: draws whose eigenvectors are computed together.

    Returns:
        In (0, 1], not below 1 / (draws + 1).
    """
    # How large the points are does not matter to the cut, for their distances are relative.
    centred = points - points.mean(0)
    as_good = made = 0
    while made < draws:
        count = min(at_once, draws - made)
        weights = rng.standard_normal((count, len(points), len(points)))
        for drawn in _cut(weights @ centred)[1]:
            made += 1
            as_good += drawn <= cut
            if as_good == _ENOUGH:
                return float(as_good / made)
    return float((as_good + 1) / (made + 1))


def _cut(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The members (B, N) and the normalised cuts (B,) of B sets of points (B, N, D)."""
    count = points.shape[1]
    squares = (points**2).sum(2)
    apart = squares[:, :, None] + squares[:, None] - 2 * points @ points.transpose(0, 2, 1)
    pairs = apart[:, *np.triu_indices(count, 1)].clip(0)
    scale = np.median(pairs, 1)[:, None, None]
    alike = np.exp(-apart.clip(0) / np.where(scale > 0, scale, 1))
    alike[:, range(count), range(count)] = 0
    degree = alike.sum(2)
    # A point far from all others is like none of them to the last digit.
    root = 1 / np.sqrt(np.maximum(degree, np.finfo(float).tiny))
    second = np.linalg.eigh(alike * root[:, :, None] * root[:, None])[1][:, :, -2] * root
    order = np.argsort(second, 1, kind="stable")
    return _best_cut(alike, order)


def _best_cut(alike: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut each order of points where the normalised cut is least."""
    sets, count = order.shape
    sorted_ = np.take_along_axis(alike, order[:, :, None], 1)
    sorted_ = np.take_along_axis(sorted_, order[:, None], 2)
    volume = sorted_.sum(2).cumsum(1)
    inside = sorted_.cumsum(1).cumsum(2)[:, range(count), range(count)]
    sizes = np.arange(_LEAST, count - _LEAST + 1)
    first, whole = volume[:, sizes - 1], volume[:, -1:]
    between = (first - inside[:, sizes - 1]).clip(0)
    tiny = np.finfo(float).tiny
    cuts = between / np.maximum(first, tiny) + between / np.maximum(whole - first, tiny)
    best = cuts.argmin(1)
    members = np.zeros((sets, count), bool)
    for number, size in enumerate(sizes[best]):
        members[number, order[number, :size]] = True
    return members, cuts[range(sets), best]
