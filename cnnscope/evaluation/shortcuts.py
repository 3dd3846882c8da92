"""Find classes that a network knows by something at a fixed place, in most of their images.

Lapuschkin, Wäldchen, Binder, Montavon, Samek, Müller 2019, "Unmasking Clever Hans predictors and
assessing what machines really learn", https://arxiv.org/abs/1902.10178, cluster the attribution
maps of a class (SpRAy). Clusters of plain maps follow where the objects lie, which differs more
than all else. Here a place of the map counts as much as the class stands out there from all other
classes.
"""

from dataclasses import dataclass

import numpy as np
from skimage.measure import label as label_regions

from cnnscope.evaluation._spectral import chance_of, two_clusters
from cnnscope.seeds import stream

# Maps are compared by their relevance in so many rows and columns of cells.
CELLS = 8
# Images of a class, and of all others, without which no groups can be told.
LEAST = 10
# Of the images of other classes, how many have less relevance in a cell that stands out.
_QUANTILE = 0.99
# Shares of relevance below a hundredth of an even one count as this: their logarithms say nothing.
_FLOOR = 0.01


@dataclass(frozen=True)
class Separation:
    """How the maps of a class fall into two clusters.

    Attributes:
        label: the class.
        place: bool (CELLS, CELLS), where its maps stand out most: that cell, and those beside it
            in which they do at least half as much.
        outstanding: the share of its images with more relevance in that cell than 99 of 100 images
            of other classes.
        inside: bool (N,), of its images in their order: the cluster with more relevance there.
        cut: the normalised cut between the clusters: near 0 for clusters far apart, about 1 for
            none.
        chance: how often chance would separate as well, see `chance_of`. NaN where there are too
            few images.
    """

    label: int
    place: np.ndarray
    outstanding: float
    inside: np.ndarray
    cut: float
    chance: float


def pooled_shares(maps: np.ndarray) -> np.ndarray:
    """The share of each cell in the relevance of a map, whatever its sign.

    Args:
        maps: (N, H, W), H and W at least `CELLS`. Values of both signs cancel within a cell.

    Returns:
        float64 (N, CELLS, CELLS), each map's sum 1; 0 everywhere for a map of zeros.
    """
    rows, columns = (cell_edges(side)[:-1] for side in maps.shape[1:])
    sums = np.add.reduceat(np.add.reduceat(maps.astype(np.float64), rows, 1), columns, 2)
    sizes = np.abs(sums)
    totals = sizes.sum((1, 2), keepdims=True)
    return np.divide(sizes, totals, out=np.zeros_like(sizes), where=totals > 0)


def cell_edges(side: int) -> np.ndarray:
    """The pixels at which cells begin, and the side itself, int (CELLS + 1,)."""
    return np.arange(CELLS + 1) * side // CELLS


def separations(
    shares: np.ndarray, labels: np.ndarray, *, level: float, tests: int, seed: int
) -> list[Separation]:
    """Cluster the maps of each class by the places where they stand out.

    A class stands out in a cell by the share of its images that exceed the 99th percentile of all
    other images there. Its images are clustered by the logarithms of their shares, in standard
    deviations of the other classes' images, each cell times how far the class stands out in it.

    Args:
        shares: (N, CELLS, CELLS), from `pooled_shares`.
        labels: int (N,); images with -1 are left out.
        level, tests: as for `is_named`; they say how many draws tell the chance.
        seed: of the draws, together with the class.

    Returns:
        One for each class that has images, in order.
    """
    known = labels >= 0
    shares, labels = shares[known], labels[known]
    draws = max(999, int(np.ceil(tests / level)))
    return [
        _separation(int(label), shares[labels == label], shares[labels != label], draws, seed)
        for label in np.unique(labels)
    ]


def is_named(one: Separation, most: float, level: float, tests: int) -> bool:
    """Whether a separation is that of a shortcut.

    What is part of the objects lies where they lie, so no one place stands out in most images of a
    class; where that of a class does, such as the rim of a bowl, all of its images have it in some
    degree. A shortcut is in most images, and not at all in the others.

    Args:
        most: `outstanding` is at least this.
        level: the chance that any of so many `tests` of one group is named; each has its part of it
            (Bonferroni).
    """
    return bool(one.outstanding >= most and one.chance * tests <= level)


def _separation(
    label: int, own: np.ndarray, others: np.ndarray, draws: int, seed: int
) -> Separation:
    if min(len(own), len(others)) < LEAST:
        nobody = np.zeros(len(own), bool)
        nowhere = np.zeros((CELLS, CELLS), bool)
        return Separation(label, nowhere, np.nan, nobody, np.nan, np.nan)
    outstanding = (own > np.quantile(others, _QUANTILE, axis=0)).mean(0)
    # Where none exceeds the others, no cell counts more than another.
    weights = outstanding if outstanding.any() else np.ones_like(outstanding)
    points = _standardised(own, others) * weights.ravel()
    members, cut = two_clusters(points)
    place = _around_peak(outstanding)
    there = own[:, place].sum(1)
    inside = members if there[members].mean() >= there[~members].mean() else ~members
    chance = chance_of(points, cut, stream(seed, "shortcuts", label), draws)
    return Separation(label, place, float(outstanding.max()), inside, cut, chance)


def _around_peak(outstanding: np.ndarray) -> np.ndarray:
    """The greatest value, the first of several, and all beside it that are at least half of it."""
    regions = label_regions(outstanding >= outstanding.max() / 2, connectivity=1)
    return regions == regions.flat[outstanding.argmax()]


def _standardised(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(N, D), the logarithms of shares in standard deviations of those of other classes."""
    own, others = (
        np.log(np.maximum(one.reshape(len(one), -1), _FLOOR / CELLS**2)) for one in (own, others)
    )
    spread = others.std(0)
    return (own - others.mean(0)) / np.where(spread > 0, spread, 1)
