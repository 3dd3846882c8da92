"""What figures of several methods share: colour bars, and what stands for a method that refuses."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnnscope.figures.style import colormap


def leave_empty(column: Sequence[Axes], aspect: float) -> None:
    """Say on axes without maps that there are none.

    Args:
        aspect: height over width of the images.
    """
    for axes in column:
        axes.text(0.5, 0.5, "does not apply", ha="center", va="center")
        axes.set_box_aspect(aspect)


def tell_refusals(figure: Figure, facts: Sequence[Mapping], columns: int) -> None:
    """Why methods refused the network, each reason once, at the foot of a figure.

    Args:
        facts: of each method.
        columns: of the figure, which give the length of a line.
    """
    refused = dict.fromkeys(one["refused"] for one in facts if "refused" in one)
    if refused:
        lines = "\n".join(textwrap.fill(line, 20 * columns) for line in refused)
        figure.supxlabel(lines, fontsize=7)


def add_bars(
    figure: Figure, grid: np.ndarray, kinds: set[bool], signed_colours: str, unsigned_colours: str
) -> None:
    """A bar for each kind of colours that the figure has."""
    for signed in sorted(kinds):
        colours, least = (signed_colours, -1) if signed else (unsigned_colours, 0)
        bar = figure.colorbar(
            ScalarMappable(Normalize(least, 1), colormap(colours)), ax=grid,
            orientation="horizontal", location="bottom", shrink=0.35, aspect=35,
            pad=0.15 / figure.get_figheight(), ticks=np.linspace(least, 1, 3),
        )  # fmt: skip
        bar.set_label(
            "against the class and for it" if signed else "from nothing to much", fontsize=7
        )
