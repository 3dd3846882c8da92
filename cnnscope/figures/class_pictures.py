"""The pictures that classes want."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes, blocks, class_name, shortened, show_image
from cnnscope.networks.probabilities import probabilities

CHART = Chart(
    title="what classes look like to the network",
    category="Classes",
    caption="For each class the picture that its logit is highest for, found by gradient ascent "
    "from white noise with a bounded contrast and the smoothness and colours of photographs. Above "
    "it the logit of the class for the noise and for the picture, and the probability that the "
    "network gives the class there. Simonyan, Vedaldi, Zisserman 2014, "
    "https://arxiv.org/abs/1312.6034.\n\n"
    "Changed by: the settings section ``class_pictures``.",
    reads={"pictures": "class_pictures.array", "details": "class_pictures.details"},
    uses=("names",),
)
_COLUMNS = 6


def draw(pictures: np.ndarray, details: dict[str, np.ndarray], names: Sequence[str]) -> Figure:
    """The pictures, at most six in a row.

    Args:
        pictures: float (P, H, W, C) in [0, 1].
        details: `classes` and `logits_start` (P,), `logits` (P, K).
    """
    runs = blocks(len(pictures), _COLUMNS)
    columns = len(runs[0])
    figure, grid = plt.subplots(
        len(runs), columns, squeeze=False, layout="constrained",
        figsize=(max(1.9 * columns, 4.5), 2.3 * len(runs) + 0.6),
    )  # fmt: skip
    for axes in grid.flat:
        axes.axis("off")
    for row, run in enumerate(runs):
        for column, i in enumerate(run):
            show_image(grid[row, column], as_bytes(pictures[i]))
            grid[row, column].set_title(_said(i, details, list(names)))
    figure.suptitle("The picture that each class wants")
    figure.supxlabel(
        "logit of the class for white noise → for its picture; probability", fontsize=7
    )
    return figure


def _said(row: int, details: dict[str, np.ndarray], names: list[str]) -> str:
    """The class; its logit before and after, and its probability; what it is taken for instead."""
    number, logits = int(details["classes"][row]), details["logits"][row]
    shares = probabilities(logits)
    likeliest = int(shares.argmax())
    said = (
        f"{shortened(class_name(names, number))}\n"
        f"{details['logits_start'][row]:.1f} → {logits[number]:.1f}; {shares[number]:.0%}"
    )
    if likeliest == number:
        return said
    return f"{said}\ntaken for {shortened(class_name(names, likeliest))}"
