"""Who is taken for whom, as a matrix and as a list."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from cnnscope.evaluation.confusion import most_confused, row_rates, with_others
from cnnscope.figures.chart import Chart
from cnnscope.figures.many_classes import MOST, cut_line
from cnnscope.figures.style import (
    BESIDE_AXIS,
    class_name,
    colormap,
    how_many_images,
    shortened,
)

CHART = Chart(
    title="confusion matrix",
    category="Confusion",
    caption="How often images of a true class (row) were taken for each class (column), in "
    "{split}: above, the share of the true class; below, the number of images; nothing "
    "where there is none. Beside it the most frequent mix-ups. Of more than 30 classes it shows "
    "the 30 that take part in the most mix-ups, as either class; where fewer were mixed up, the "
    "largest of the rest as well. Shares are of the whole true class still: what was taken for a "
    "class that is left out stands in the last column. ``scores/confusion.csv`` has all "
    "classes.\n\n"
    "Colours: ``{confusion_colours}``, from 0 to the whole class.\n\n"
    "Changed by: ``confusion.split``, ``confusion.top``, ``figures.colormaps.confusion``.",
    reads={"counts": "confusion.counts", "mixups": "confusion.mixups"},
    uses=("names", "split", "confusion_colours"),
)

# Of a matrix of many classes: inches of a cell, and the size of the two lines of numbers in it.
_CELL, _NUMBERS = 0.32, 5.5


def draw(
    counts: np.ndarray,
    mixups: list[dict[str, str]],
    names: list[str],
    split: str,
    confusion_colours: str,
) -> Figure:
    """The confusion matrix, and the most frequent mix-ups beside it.

    Args:
        counts: int (K, K), true class by predicted class.
        mixups: rows with `true`, `predicted`, `count`, `rate`, most frequent first.
    """
    shown = shown_part(counts, names)
    side = 2.6 + shown.cell(0.52) * len(shown.columns)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(side + 2.9, side * 0.86), width_ratios=[side, 2.2], layout="constrained"
    )
    picture = show_matrix(left, shown, confusion_colours)
    figure.colorbar(picture, ax=left, shrink=0.75, pad=0.02, label="share of the true class")
    share = counts.trace() / max(counts.sum(), 1)
    title = (
        f"{counts.trace()} of {counts.sum()} images right ({share:.1%}) in {split}; "
        "share of the true class, count below"
    )
    left.set_title("\n".join([title, *shown.lines]))
    right.axis("off")
    lines = ["Most frequent mix-ups", ""]
    for row in mixups:
        lines += [
            f"{row['true']}",
            f"  taken for {row['predicted']}",
            f"  {how_many_images(row['count'])}, {float(row['rate']):.0%} of its class",
            "",
        ]
    right.text(0, 1, "\n".join(lines if mixups else [*lines, "none"]), va="top", linespacing=1.3)
    figure.suptitle("Confusion matrix, normalised over the true label")
    return figure


@dataclass(frozen=True)
class Shown:
    """The part of a confusion matrix that is drawn: all of it where there are few classes.

    Attributes:
        counts: int (R, C), true class by predicted class; where classes are left out, the last
            column is all of them.
        rows: R names of true classes.
        columns: C names of predicted classes.
        lines: for a title, what is left out; none where nothing is.
    """

    counts: np.ndarray
    rows: list[str]
    columns: list[str]
    lines: list[str]

    def cell(self, usual: float) -> float:
        """Inches of a cell: a matrix of many classes is drawn smaller, or it outgrows the page."""
        return _CELL if self.lines else usual


def shown_part(counts: np.ndarray, names: list[str]) -> Shown:
    """What is drawn of a matrix int (K, K): the classes most often mixed up where K is large."""
    classes = most_confused(counts, MOST)
    rows = [shortened(class_name(names, number), BESIDE_AXIS) for number in classes]
    left_out = np.delete(np.arange(len(counts)), classes)
    if not len(left_out):
        return Shown(counts, rows, rows, [])
    images, right = counts[left_out].sum(), counts.diagonal()[left_out].sum()
    lines = [
        *cut_line(len(rows), len(counts), "those most often mixed up", "scores/confusion.csv"),
        f"others: the classes left out; of their {images} images {right} are right"
        if images
        else "others: the classes left out, of which there is no image",
    ]
    return Shown(with_others(counts, classes), rows, [*rows, "others"], lines)


def show_matrix(axes: Axes, shown: Shown, map_name: str) -> ScalarMappable:
    """The matrix of rates with numbers in its cells: rate above, count below."""
    counts = shown.counts
    rates = row_rates(counts)
    picture = axes.imshow(rates, cmap=colormap(map_name), vmin=0, vmax=1)
    axes.spines[:].set_visible(False)
    axes.set_xticks(
        range(len(shown.columns)), shown.columns, rotation=45, ha="right", rotation_mode="anchor"
    )
    axes.set_yticks(range(len(shown.rows)), shown.rows)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if shown.lines:
        axes.axvline(len(shown.rows) - 0.5, color="0.6", linewidth=0.8)
    small = _NUMBERS if shown.lines else max(3.5, min(7.0, 80 / max(len(counts), 1)))
    for (true, predicted), count in np.ndenumerate(counts):
        if count:
            rate = rates[true, predicted]
            red, green, blue, _ = picture.cmap(picture.norm(rate))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.55
            axes.text(
                predicted, true, f"{rate:.2f}\n{count}", ha="center", va="center", fontsize=small,
                color="white" if dark else "black",
            )  # fmt: skip
    return picture
