"""What was found of shortcuts by each method: as rows, and as examples for a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnscope.evaluation.known_marks import relevance_on
from cnnscope.evaluation.shortcuts import (
    Separation,
    cell_edges,
    is_named,
    pooled_shares,
    separations,
)

# How many classes a figure shows, and how many images of each cluster.
_CLASSES, _EXAMPLES = 6, 4


@dataclass(frozen=True)
class Criterion:
    """When a class is named.

    Attributes:
        most, level: as for `is_named`.
        methods: how many methods are asked; each of them tests each class.
        seed: of the draws that tell the chance.
    """

    most: float
    level: float
    methods: int
    seed: int


@dataclass(frozen=True)
class Finding:
    """The clusters of a class in the maps of a method.

    Attributes:
        rows: int (N,), the images of the class among all images.
        named: whether it is a shortcut.
        box: top, left, bottom, right of its place, in pixels.
        on_mark, mark: the mean share of a map's relevance on a known mark, and that of the mark in
            the pixels, of the images that have it; NaN where there are none.
    """

    method: str
    separation: Separation
    rows: np.ndarray
    named: bool
    box: tuple[int, int, int, int]
    on_mark: float
    mark: float


def findings(
    method: str,
    maps: np.ndarray,
    targets: np.ndarray,
    marks: np.ndarray | None,
    criterion: Criterion,
) -> list[Finding]:
    """Cluster the maps of each class.

    Args:
        maps: (N, H, W).
        targets: int (N,), the class that each map explains.
        marks: bool (N, H, W), where a known mark lies; None where no mark is known.
    """
    level, tests = criterion.level, criterion.methods * len(np.unique(targets))
    shares = pooled_shares(maps)
    found = []
    for one in separations(shares, targets, level=level, tests=tests, seed=criterion.seed):
        rows = np.flatnonzero(targets == one.label)
        marked = np.zeros(0, int) if marks is None else rows[marks[rows].any((1, 2))]
        on_mark = mark = np.nan
        if len(marked):
            on_mark = float(np.nanmean(relevance_on(maps[marked], marks[marked])))
            mark = float(marks[marked].mean())
        named = is_named(one, criterion.most, level, tests)
        box = _box(one.place, maps.shape[1:])
        found.append(Finding(method, one, rows, named, box, on_mark, mark))
    return found


def table_row(one: Finding, names: Sequence[str]) -> dict:
    """A row of the table: a class and a method; numbers that are not known are NaN."""
    separation = one.separation
    inside = int(separation.inside.sum())
    return {
        "method": one.method,
        "class": _name(one, names),
        "named": "yes" if one.named else "no",
        **dict(zip(("top", "left", "bottom", "right"), one.box, strict=True)),
        "outstanding": f"{separation.outstanding:.4g}",
        "inside": inside,
        "outside": len(one.rows) - inside,
        "cut": f"{separation.cut:.4g}",
        "chance": f"{separation.chance:.4g}",
        "relevance_on_mark": f"{one.on_mark:.4g}",
        "pixels_of_mark": f"{one.mark:.4g}",
    }


def cluster_rows(
    found: Sequence[Finding], names: Sequence[str], paths: Sequence[str]
) -> list[tuple[str, str, str, str]]:
    """Method, class, path and cluster of each image, where there are clusters."""
    return [
        (one.method, _name(one, names), paths[row], "inside" if inside else "outside")
        for one in found
        if np.isfinite(one.separation.chance)
        for row, inside in zip(one.rows, one.separation.inside, strict=True)
    ]


def shown(found: Sequence[Finding]) -> list[Finding]:
    """What a figure shows: the classes that are named, or if none is, the most separated one."""
    told = [one for one in found if np.isfinite(one.separation.chance)]
    ranked = sorted(told, key=lambda one: (one.separation.chance, -one.separation.outstanding))
    return [one for one in ranked if one.named][:_CLASSES] or ranked[:1]


def examples(
    found: Sequence[Finding], images: np.ndarray, maps: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The first images of both clusters of each finding, and their maps.

    Args:
        images: uint8 (N, H, W, C).
        maps: float32 (N, H, W) by method.

    Returns:
        pictures: uint8 (F, 2, E, H, W, C), the cluster with more relevance at the place first;
        details: `maps` float32 (F, 2, E, H, W), and `counts` int (F, 2), how many of the E there
        are: the rest is 0.
    """
    shape = (len(found), 2, _EXAMPLES)
    size = images.shape[1:3]
    pictures = np.zeros((*shape, *images.shape[1:]), np.uint8)
    explained = np.zeros((*shape, *size), np.float32)
    counts = np.zeros(shape[:2], np.int64)
    for number, one in enumerate(found):
        inside = one.separation.inside
        for cluster, members in enumerate((inside, ~inside)):
            rows = one.rows[members][:_EXAMPLES]
            pictures[number, cluster, : len(rows)] = images[rows]
            explained[number, cluster, : len(rows)] = maps[one.method][rows]
            counts[number, cluster] = len(rows)
    return pictures, {"maps": explained, "counts": counts}


def described(one: Finding, names: Sequence[str]) -> dict:
    """The same for the facts, as plain values."""
    row = table_row(one, names)
    numbers = {name: float(row[name]) for name in ("outstanding", "chance")}
    kept = {name: row[name] for name in ("method", "class", "named", "inside", "outside")}
    return kept | numbers | {"box": list(one.box)}


def _name(one: Finding, names: Sequence[str]) -> str:
    number = one.separation.label
    return names[number] if number < len(names) else str(number)


def _box(place: np.ndarray, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of the cells of a place, in pixels; 0 where there are none."""
    ends = []
    for axis, side in enumerate(size):
        cells = np.flatnonzero(place.any(1 - axis))
        edges = cell_edges(side)
        ends.append((int(edges[cells[0]]), int(edges[cells[-1] + 1])) if len(cells) else (0, 0))
    (top, bottom), (left, right) = ends
    return top, left, bottom, right
