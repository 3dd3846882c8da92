"""How well each class is recognised, against the images that it was learnt from."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnscope.figures.chart import Chart
from cnnscope.figures.class_scores import number
from cnnscope.figures.labels import name_points
from cnnscope.figures.many_classes import END, MOST, both_ends, cut_line, gap_at
from cnnscope.figures.style import BESIDE_AXIS, shortened

CHART = Chart(
    title="scores against training images",
    category="Confusion",
    caption="Whether a class does badly in {split} because it has few training images; in "
    "brackets the images scored. Where the classes differ in their number of training "
    "images: F1 of each class against it; dashed lines are means over the classes, and in "
    "the shaded corner lie classes with fewer than half of the mean number of training "
    "images and an F1 below the mean. Where no class has more than 1.25 times the "
    "training images of another, that number explains no differences: the classes are "
    "ranked by F1, the best above, and a line leads to each from the mean (dashed). Of more than "
    "30 classes every point is drawn, but only the 15 with the lowest F1 and the 15 with the most "
    "training images have their names, and a ranking shows the 15 best and the 15 worst: "
    "``scores/class_scores.csv`` lists all.\n\n"
    "Changed by: ``confusion.split``.",
    reads={"lines": "class_scores_by_training"},
    uses=("split",),
)

# A class is short of images where it has less than this share of the mean.
_FEW = 0.5
# Where no class has more than this many times the images of another, their number explains nothing.
_ALIKE = 1.25
# Many points lie over each other: small ones let those below be seen.
_CROWD = {"markersize": 4, "alpha": 0.5, "markeredgewidth": 0}
# As names beside an axis stand, so that what is in a row lies on one line.
_MIDDLE = "center_baseline"


def draw(lines: Sequence[Mapping[str, str]], split: str) -> Figure:
    """Whether few training images make a class hard to know; a class without an F1 is left out.

    F1 against training images, a point a class. Where all classes have about as many, the points
    would lie over each other and say nothing: then the classes are ranked, and the title says so.

    Args:
        lines: as for `class_scores.draw`, and `training`.
        split: what the scored images are called.
    """
    every, mean = lines[:-1], lines[-1]
    lines = [line for line in every if line["f1"]]
    left_out = f"; without an F1: {len(every) - len(lines)}" if len(every) > len(lines) else ""
    x = np.array([number(line["training"]) for line in lines])
    if x.max() <= _ALIKE * x.min():
        return _ranked(lines, number(mean["f1"]), split, left_out, len(every))
    figure, axes = plt.subplots(figsize=(7, 4.8))
    y = np.array([number(line["f1"]) for line in lines])
    few, low = _FEW * number(mean["training"]), number(mean["f1"])
    worst = (x < few) & (y < low)
    axes.add_patch(Rectangle((0, 0), few, low, facecolor="#c2524a", alpha=0.07, zorder=0))
    axes.axvline(number(mean["training"]), color="0.6", linewidth=0.8, linestyle="--", zorder=0)
    axes.axhline(low, color="0.6", linewidth=0.8, linestyle="--", zorder=0)
    for chosen, marker, colour, name in (
        (~worst, "o", "#3b6ea8", "class"),
        (worst, "v", "#c2524a", "under half of the mean number of images, and under the mean F1"),
    ):
        if chosen.any():
            axes.plot(
                x[chosen], y[chosen], marker, color=colour, label=name,
                **(_CROWD if len(lines) > MOST else {"markersize": 7}),
            )  # fmt: skip
    axes.set_xlim(0, 1.2 * max(x.max(), 1))
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("training images of the class")
    axes.set_ylabel(f"F1 in {split}")
    axes.grid(alpha=0.2)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    figure.subplots_adjust(left=0.1, right=0.98, bottom=0.16, top=0.86)
    named = range(len(lines)) if len(lines) <= MOST else _extremes(x, y)
    missing = name_points(
        axes, x, y, [_with_support(line) if i in named else None for i, line in enumerate(lines)]
    )
    note = f"; {missing} names found no room, class_scores.csv has them" if missing else ""
    if len(lines) > MOST:
        note += (
            f"\nnamed: of {len(every)} classes the {END} with the lowest F1 and the {END} with the "
            "most training images; all in scores/class_scores.csv"
        )
    figure.supxlabel(
        f"in brackets: images scored in {split}; dashed: means{left_out}{note}", fontsize=7
    )
    figure.suptitle("F1 of each class against the images that it was learnt from")
    return figure


def _extremes(x: np.ndarray, y: np.ndarray) -> set[int]:
    """Places of the points whose names are worth their room.

    The `END` lowest, of those alike the ones farther to the right: a low F1 surprises most where
    there are many training images. And the `END` farthest to the right, the lower ones first.
    """
    lowest, farthest = np.lexsort((-x, y)), np.lexsort((y, -x))
    return {*lowest[:END].tolist(), *farthest[:END].tolist()}


def _ranked(
    lines: Sequence[Mapping[str, str]], mean: float, split: str, note: str, classes: int
) -> Figure:
    """F1 of classes with about as many training images each, the best above, from the mean.

    Args:
        note: what the axis says besides.
        classes: how many there are, also those without an F1.
    """
    few, many = (pick(int(line["training"]) for line in lines) for pick in (min, max))
    ranking = sorted(lines, key=lambda line: -number(line["f1"]))
    if len(ranking) > MOST:
        ranking.sort(key=lambda line: _rank(line, mean))
    lines = both_ends(ranking)
    f1, rows = [number(line["f1"]) for line in lines], range(len(lines))
    figure, axes = plt.subplots(figsize=(7, 1.3 + 0.26 * len(lines)), layout="constrained")
    axes.axvline(mean, color="0.6", linewidth=0.8, linestyle="--", zorder=0)
    axes.hlines(rows, mean, f1, color="0.75", linewidth=2, zorder=1)
    axes.plot(f1, rows, "o", color="#3b6ea8", markersize=7)
    for row, value in enumerate(f1):
        # In a column of their own, where no dot and no line can reach them.
        axes.text(1.01, row, f"{value:.2f}", transform=axes.get_yaxis_transform(), va=_MIDDLE)
    axes.set_yticks(rows, [_with_support(line) for line in lines])
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(-0.03, 1.03)
    axes.set_xlabel(f"F1 in {split}; in brackets: images scored there; dashed: mean F1{note}")
    axes.grid(axis="x", alpha=0.2)
    each = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    figure.suptitle(f"F1 of each class; each was learnt from {each} image{'s' * (many != 1)}")
    titles = []
    if len(lines) < len(ranking):
        gap_at(axes.axhline)
        which = f"the {END} best and the {END} worst"
        titles += cut_line(len(lines), classes, which, "scores/class_scores.csv")
    if len(lines) > 1:
        alike = "the same" if few == many else "about the same"
        titles += [
            f"The number of training images is {alike} for all: differences have other reasons"
        ]
    axes.set_title("\n".join(titles))
    return figure


def _rank(line: Mapping[str, str], mean: float) -> tuple[float, float]:
    """To sort by: the best first; of those alike, the more images the nearer to its end.

    Where most classes at an end are alike, those are shown whose F1 is the surest.
    """
    f1, images = number(line["f1"]), number(line["support"])
    return -f1, images if f1 < mean else -images


def _with_support(line: Mapping[str, str]) -> str:
    name = shortened(line["class"], BESIDE_AXIS)
    return f"{name} ({number(line['support']):.0f})"
