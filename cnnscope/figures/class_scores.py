"""How well each class is recognised: bars a class."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.many_classes import MOST, cut_line
from cnnscope.figures.style import BESIDE_AXIS, shortened

CHART = Chart(
    title="scores of each class",
    category="Confusion",
    caption="For each class, in {split}: left, how many images are of it (dark) and how many were "
    "taken for it (light); right, precision (of those taken for it, the share that is of "
    "it), recall (of those of it, the share that was taken for it) and F1, their harmonic "
    "mean. A dash: there is nothing to take a share of. The dashed line is the mean F1, "
    "in which every class weighs the same. Of more than 30 classes the 30 with the lowest F1 are "
    "shown, the worst above, and of those alike the ones with more images; the means are those of "
    "all classes, which ``scores/class_scores.csv`` lists.\n\n"
    "Changed by: ``confusion.split``.",
    reads={"lines": "class_scores"},
    uses=("split",),
)

_SCORES = {"precision": "#9ec3a4", "recall": "#3b6ea8", "f1": "#e3a94f"}
_COUNTS = {"support": "#4d4d4d", "predicted": "#b9b9b9"}
_HATCHES = ("", "////", "....")
_NAMES = {"f1": "F1", "support": "of the class", "predicted": "taken for the class"}


def draw(lines: Sequence[Mapping[str, str]], split: str) -> Figure:
    """For each class, images of it and images taken for it; beside them precision, recall and F1.

    Args:
        lines: `class`, `support`, `predicted`, `precision`, `recall`, `f1`; the mean last.
        split: what the scored images are called.
    """
    lines, mean = lines[:-1], lines[-1]
    classes = len(lines)
    if classes > MOST:
        lines = sorted((line for line in lines if line["f1"]), key=_badness)[:MOST]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 1.5 + 0.52 * len(lines)), width_ratios=[2, 3], sharey=True,
        layout="constrained",
    )  # fmt: skip
    _bars(left, lines, _COUNTS, "{:.0f}")
    left.set_xlabel("images")
    _bars(right, lines, _SCORES, "{:.2f}")
    right.set_xlim(0, 1.08)
    right.set_xticks(np.linspace(0, 1, 6))
    right.set_xlabel("share; – where there is nothing to share")
    right.axvline(number(mean["f1"]), color=_SCORES["f1"], linestyle="--", linewidth=1, zorder=0)
    left.set_yticks(range(len(lines)), [shortened(line["class"], BESIDE_AXIS) for line in lines])
    left.invert_yaxis()
    for axes in (left, right):
        axes.margins(y=0.02)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)
    title = (
        f"Each class in {split}: mean F1 {number(mean['f1']):.2f} (dashed), "
        f"mean recall {number(mean['recall']):.2f}"
    )
    cut = cut_line(len(lines), classes, "the worst by F1", "scores/class_scores.csv")
    figure.suptitle("\n".join([title, *cut]))
    return figure


def _badness(line: Mapping[str, str]) -> tuple[float, float]:
    """To sort by: the lowest F1 first, and of those alike the class of which most was scored."""
    return number(line["f1"]), -number(line["support"])


def _bars(axes: Axes, lines: Sequence[Mapping[str, str]], columns: Mapping[str, str], form: str):
    """Grouped horizontal bars, each with its number at its end."""
    high = 0.8 / len(columns)
    for place, (column, colour) in enumerate(columns.items()):
        values = np.array([number(line[column]) for line in lines])
        rows = np.arange(len(lines)) + high * (place - (len(columns) - 1) / 2)
        bars = axes.barh(
            rows, np.nan_to_num(values), high * 0.92, color=colour, hatch=_HATCHES[place],
            edgecolor="white", linewidth=0, label=_NAMES.get(column, column),
        )  # fmt: skip
        texts = ["–" if np.isnan(value) else form.format(value) for value in values]
        axes.bar_label(bars, texts, padding=2, fontsize=6.5)


def number(cell: str) -> float:
    return float(cell) if cell else np.nan
