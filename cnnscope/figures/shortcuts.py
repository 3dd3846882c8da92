"""Two clusters of a class's attribution maps: those with relevance at one place, and the others."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import (
    MAP_PERCENTILE,
    bare,
    colormap,
    how_many_images,
    shortened,
    show_image,
    upper_bound,
)
from cnnscope.figures.tiles import canvas, head, place

CHART = Chart(
    title="shortcuts",
    category="Evaluation",
    caption="Classes that the network knows by something at a fixed place, or where there is none "
    "the class whose maps are most separated. The images of a class fall into two clusters by the "
    "relevance around the framed place, whatever its sign: examples of both, over their maps, each "
    "from 0 to the 99.5th percentile of its values. A class is named if at least "
    "``shortcuts.most`` of its images have more relevance in the frame than 99 of 100 images of "
    "other classes, and if chance, one normal distribution of the same mean and covariance, would "
    "separate the clusters of any class so far less often than ``shortcuts.level``. Lapuschkin and "
    "others 2019, Unmasking Clever Hans predictors and assessing what machines really learn, "
    "https://arxiv.org/abs/1902.10178. ``shortcuts.csv`` has all classes and methods.\n\n"
    "Changed by: the settings section ``shortcuts``, those of its methods, "
    "``figures.colormaps.saliency``.",
    reads={
        "pictures": "shortcuts.array",
        "details": "shortcuts.details",
        "facts": "shortcuts.facts",
        "moved": "moved_marks.table",
    },
    optional=("moved",),
    uses=("saliency_colours",),
)
# Inches.
_TILE, _GAP, _APART, _HEAD, _TITLE = 1.0, 0.06, 0.25, 0.68, 0.35
_FRAME = "#00c8ff"
# Whether there are clusters to show.
_NONE = {True: "no class is named", False: "too few images to tell, of every class"}


def draw(
    pictures: np.ndarray,
    details: Mapping[str, np.ndarray],
    facts: Mapping,
    saliency_colours: str,
    moved: Sequence[Mapping[str, str]] | None = None,
) -> Figure:
    """A block a class: pictures over maps, on the left those with relevance at the place.

    Args:
        pictures: uint8 (F, 2, E, H, W, C), of F classes E of each cluster.
        details: `maps` (F, 2, E, H, W), and `counts` (F, 2), how many of the E there are.
        facts: `shown`, of each of the F classes `class`, `method`, `named` ("yes" or "no"), `box`
            (top, left, bottom, right in pixels), the numbers of images `inside` and `outside`, the
            share that is `outstanding`, and `chance`.
        saliency_colours: the colour map.
        moved: rows of `class`, `taken_without` and `taken_with`, where a mark is known.
    """
    shown, each = facts["shown"], pictures.shape[2]
    taken = {row["class"]: row for row in moved or ()}
    height, width = (_TILE * side / max(pictures.shape[3:5]) for side in pictures.shape[3:5])
    block = _HEAD + 2 * (height + _GAP) + _GAP
    columns = 2 * each
    figure = canvas(columns * (width + _GAP) + _APART, _TITLE + block * max(len(shown), 1))
    named = any(one["named"] == "yes" for one in shown)
    found = "classes known by something at a fixed place" if named else _NONE[bool(shown)]
    head(figure, f"Shortcuts: {found}")
    for number, one in enumerate(shown):
        top = _TITLE + number * block
        blank = _bare_axes(figure, 0, top, columns * (width + _GAP), _HEAD)
        blank.text(0, 1, _told(one, taken.get(one["class"])), va="top", fontsize=7.5)
        for cluster, start in enumerate((0, each * (width + _GAP) + _APART)):
            words = ("more relevance in the frame", "less")[cluster]
            count = how_many_images((one["inside"], one["outside"])[cluster])
            for at in range(int(details["counts"][number, cluster])):
                left, down = start + at * (width + _GAP), top + _HEAD
                above = _bare_axes(figure, left, down, width, height)
                below = _bare_axes(figure, left, down + height + _GAP, width, height)
                show_image(above, pictures[number, cluster, at])
                values = np.abs(details["maps"][number, cluster, at])
                bound = upper_bound(values, MAP_PERCENTILE)
                below.imshow(values, cmap=colormap(saliency_colours), vmin=0, vmax=bound)
                if at == 0:
                    above.set_title(f"{words}: {count}", loc="left", fontsize=7.5)
                for axes in (above, below):
                    _frame(axes, one["box"])
    return figure


def _bare_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes without ticks, in inches from the upper left corner."""
    axes = place(figure, left, top, width, height)
    bare(axes)
    return axes


def _told(one: Mapping, taken: Mapping[str, str] | None) -> str:
    """What is said of a class, above its block."""
    named = "named" if one["named"] == "yes" else "the most separated, but not named"
    told = (
        f"{shortened(one['class'])}, by {one['method']}: {named}\n"
        f"{one['outstanding']:.0%} of its images have more relevance in the frame than 99% of "
        f"others; in {one['chance']:.2g} of draws chance separates as well"
    )
    if taken:
        told += (
            f"\nin testing, taken for it: {float(taken['taken_without']):.0%} of other images "
            f"without the mark, {float(taken['taken_with']):.0%} with it"
        )
    return told


def _frame(axes: Axes, box: Sequence[int]) -> None:
    top, left, bottom, right = box
    axes.add_patch(
        Rectangle(
            (left - 0.5, top - 0.5), right - left, bottom - top,
            fill=False, edgecolor=_FRAME, linewidth=1.5,
        )
    )  # fmt: skip
