"""Who is taken for whom, as a matrix and as a list."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from cnnscope.evaluation.confusion import row_rates
from cnnscope.figures.chart import Chart
from cnnscope.figures.style import class_name, colormap, how_many_images

CHART = Chart(
    title="confusion matrix",
    category="Confusion",
    caption="How often images of a true class (row) were taken for each class (column), in "
    "{split}: above, the share of the true class; below, the number of images; nothing "
    "where there is none. Beside it the most frequent mix-ups.\n\n"
    "Colours: ``{confusion_colours}``, from 0 to the whole class.\n\n"
    "Changed by: ``confusion.split``, ``confusion.top``, ``figures.colormaps.confusion``.",
    reads={"counts": "confusion.counts", "mixups": "confusion.mixups"},
    uses=("names", "split", "confusion_colours"),
)


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
    side = 2.6 + 0.52 * len(counts)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(side + 2.9, side * 0.86), width_ratios=[side, 2.2], layout="constrained"
    )
    picture = show_matrix(left, counts, names, confusion_colours)
    figure.colorbar(picture, ax=left, shrink=0.75, pad=0.02, label="share of the true class")
    share = counts.trace() / max(counts.sum(), 1)
    left.set_title(
        f"{counts.trace()} of {counts.sum()} images right ({share:.1%}) in {split}; "
        "share of the true class, count below"
    )
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


def show_matrix(axes: Axes, counts: np.ndarray, names: list[str], map_name: str) -> ScalarMappable:
    """The matrix of rates with numbers in its cells: rate above, count below."""
    rates = row_rates(counts)
    labels = [class_name(names, number) for number in range(len(counts))]
    picture = axes.imshow(rates, cmap=colormap(map_name), vmin=0, vmax=1)
    axes.spines[:].set_visible(False)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    small = max(3.5, min(7.0, 80 / max(len(counts), 1)))
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
