"""Two clusters of a class's attribution maps: those with relevance at one place, and the others."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import (
    bare,
    colormap,
    how_many_images,
    shortened,
    show_image,
    upper_bound,
)

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
_PERCENTILE = 99.5
_FRAME = "#00c8ff"


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
    rows = max(len(shown), 1)
    figure, grid = plt.subplots(
        2 * rows, 2 * each + 1, squeeze=False, layout="constrained",
        figsize=(1.1 * (2 * each) + 0.6, 3.1 * rows + 0.6),
        gridspec_kw={"width_ratios": [*[1] * each, 0.25, *[1] * each]},
    )  # fmt: skip
    for axes in grid.flat:
        axes.axis("off")
    for number, one in enumerate(shown):
        above, below = grid[2 * number : 2 * number + 2]
        _head(above[0], one, taken.get(one["class"]))
        for cluster, first in enumerate((0, each + 1)):
            count = int(details["counts"][number, cluster])
            for place in range(count):
                column = first + place
                show_image(_on(above[column]), pictures[number, cluster, place])
                values = np.abs(details["maps"][number, cluster, place])
                bound = upper_bound(values, _PERCENTILE)
                axes = _on(below[column])
                axes.imshow(values, cmap=colormap(saliency_colours), vmin=0, vmax=bound)
                bare(axes)
                for framed in (above[column], axes):
                    _frame(framed, one["box"])
            words = ("with relevance there", "without")[cluster]
            told = how_many_images((one["inside"], one["outside"])[cluster])
            above[first].set_title(f"{words}: {told}", loc="left", fontsize=7.5)
    named = any(one["named"] == "yes" for one in shown)
    found = "known by something at a fixed place" if named else "none is known by a fixed place"
    figure.suptitle(f"Shortcuts: classes {found}" if named else f"Shortcuts: {found}")
    return figure


def _head(axes: Axes, one: Mapping, taken: Mapping[str, str] | None) -> None:
    """What is told of a class, above the left end of its block."""
    named = "named" if one["named"] == "yes" else "not named, the most separated of all"
    told = (
        f"{shortened(one['class'])}, by {one['method']}: {named}\n"
        f"{one['outstanding']:.0%} of its images have more relevance in the frame than 99% of "
        f"others; chance separates so in {one['chance']:.2g} of draws"
    )
    if taken:
        told += (
            f"\nin testing, taken for it: {float(taken['taken_without']):.0%} of other images "
            f"without the mark, {float(taken['taken_with']):.0%} with it"
        )
    axes.annotate(
        told, (0, 1), (0, 18), "axes fraction", textcoords="offset points", va="bottom",
        fontsize=7.5, annotation_clip=False,
    )  # fmt: skip


def _on(axes: Axes) -> Axes:
    axes.axis("on")
    return axes


def _frame(axes: Axes, box: Sequence[int]) -> None:
    top, left, bottom, right = box
    axes.add_patch(
        Rectangle(
            (left - 0.5, top - 0.5), right - left, bottom - top,
            fill=False, edgecolor=_FRAME, linewidth=1.5,
        )
    )  # fmt: skip
