"""How well each class is recognised: bars a class, and scores against the images learnt from."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnnscope.draw.labels import name_points

_SCORES = {"precision": "#9ec3a4", "recall": "#3b6ea8", "f1": "#e3a94f"}
_COUNTS = {"support": "#4d4d4d", "predicted": "#b9b9b9"}
_HATCHES = ("", "////", "....")
# A class is short of images where it has less than this share of the mean.
_FEW = 0.5
_NAMES = {"f1": "F1", "support": "of the class", "predicted": "taken for the class"}


def draw_bars(lines: Sequence[Mapping[str, str]], split: str) -> Figure:
    """For each class, images of it and images taken for it; beside them precision, recall and F1.

    Args:
        lines: `class`, `support`, `predicted`, `precision`, `recall`, `f1`; the mean last.
        split: what the scored images are called.
    """
    lines, mean = lines[:-1], lines[-1]
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
    right.axvline(_number(mean["f1"]), color=_SCORES["f1"], linestyle="--", linewidth=1, zorder=0)
    left.set_yticks(range(len(lines)), [line["class"] for line in lines])
    left.invert_yaxis()
    for axes in (left, right):
        axes.margins(y=0.02)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)
    figure.suptitle(
        f"Each class in {split}: mean F1 {_number(mean['f1']):.2f} (dashed), "
        f"mean recall {_number(mean['recall']):.2f}"
    )
    return figure


def draw_support(lines: Sequence[Mapping[str, str]], split: str) -> Figure:
    """F1 against training images, a point a class: where few images make a class hard to know.

    Args:
        lines: as for `draw_bars`, and `training`.
        split: what the scored images are called.
    """
    lines, mean = [line for line in lines[:-1] if line["f1"]], lines[-1]
    figure, axes = plt.subplots(figsize=(7, 4.8))
    x = np.array([_number(line["training"]) for line in lines])
    y = np.array([_number(line["f1"]) for line in lines])
    few, low = _FEW * _number(mean["training"]), _number(mean["f1"])
    worst = (x < few) & (y < low)
    axes.add_patch(Rectangle((0, 0), few, low, facecolor="#c2524a", alpha=0.07, zorder=0))
    axes.axvline(_number(mean["training"]), color="0.6", linewidth=0.8, linestyle="--", zorder=0)
    axes.axhline(low, color="0.6", linewidth=0.8, linestyle="--", zorder=0)
    for chosen, marker, colour, name in (
        (~worst, "o", "#3b6ea8", "class"),
        (worst, "v", "#c2524a", "under half of the mean number of images, and under the mean F1"),
    ):
        if chosen.any():
            axes.plot(x[chosen], y[chosen], marker, color=colour, markersize=7, label=name)
    axes.set_xlim(0, 1.2 * max(x.max(), 1))
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("training images of the class")
    axes.set_ylabel(f"F1 in {split}")
    axes.grid(alpha=0.2)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    figure.subplots_adjust(left=0.1, right=0.98, bottom=0.16, top=0.86)
    missing = name_points(
        axes, x, y, [f"{line['class']} ({_number(line['support']):.0f})" for line in lines]
    )
    note = f"; {missing} names found no room, class_scores.csv has them" if missing else ""
    figure.supxlabel(f"in brackets: images scored in {split}; dashed: means{note}", fontsize=7)
    figure.suptitle("F1 of each class against the images that it was learnt from")
    return figure


def _bars(axes: Axes, lines: Sequence[Mapping[str, str]], columns: Mapping[str, str], form: str):
    """Grouped horizontal bars, each with its number at its end."""
    high = 0.8 / len(columns)
    for place, (column, colour) in enumerate(columns.items()):
        values = np.array([_number(line[column]) for line in lines])
        rows = np.arange(len(lines)) + high * (place - (len(columns) - 1) / 2)
        bars = axes.barh(
            rows, np.nan_to_num(values), high * 0.92, color=colour, hatch=_HATCHES[place],
            edgecolor="white", linewidth=0, label=_NAMES.get(column, column),
        )  # fmt: skip
        texts = ["–" if np.isnan(value) else form.format(value) for value in values]
        axes.bar_label(bars, texts, padding=2, fontsize=6.5)


def _number(cell: str) -> float:
    return float(cell) if cell else np.nan
