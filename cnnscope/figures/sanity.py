"""The maps of an image as the layers of the network become random: a row a method."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.several_methods import add_bars, leave_empty, tell_refusals
from cnnscope.figures.style import (
    bare,
    class_name,
    colormap,
    map_limits,
    shortened,
    show_judged,
)

CHART = Chart(
    title="sanity check",
    category="Attribution",
    caption="What becomes of the maps of an image when the network is made random (Adebayo and "
    "others 2018, Sanity Checks for Saliency Maps, https://arxiv.org/abs/1810.03292): a row a "
    "method. The first map is that of the network as it is; right of it, all layers are random "
    "from the logits down to the one that is named, and in the last column all there are. Above "
    "each map stands its {similarity} with the first one, without their signs and without the "
    "pixels that are equal to the baseline ({baseline}): near 0, the method follows the network; "
    "near 1, it would draw the same for any network. Every map has its own scale, to the 99.5th "
    "percentile of its values without their signs. {frame}\n\n{papers}\n\n"
    "Changed by: the settings sections ``sanity`` and ``parameter_randomisation``, those of the "
    "methods, ``figures.colormaps.saliency`` and ``figures.colormaps.shap``.",
    reads={"maps": "cascades", "details": "cascade_details", "facts": "cascade_facts"},
    uses=("names", "headings", "similarity", "signed", "relative", "signed_colours",
          "unsigned_colours"),
    about="sanity",
)  # fmt: skip
_LETTERS = 17
# Inches.
_MAP, _HEAD, _FOOT = 1.2, 0.25, 1.6


def draw(
    maps: Sequence[np.ndarray],
    details: Sequence[Mapping[str, np.ndarray]],
    facts: Sequence[Mapping],
    names: list[str],
    *,
    headings: Sequence[str],
    similarity: str,
    signed: Sequence[bool],
    relative: Sequence[bool],
    signed_colours: str,
    unsigned_colours: str,
) -> Figure:
    """The image in the corner, and right of it a row of maps for each method.

    Args:
        maps: a row each, float (1, S + 1, H, W), raw; the first is that of the network as it is. A
            method that refuses the network has no others.
        details: a row each: the image, `images` uint8 (1, H, W, C), its `labels`, `targets` (1,)
            and `logits` (1, K); `similarity` (1, S) of the maps to the first one.
        facts: a row each: the `stages`, S names of layers, and why the method `refused`.
        headings: a row each.
        similarity: what the numbers are.
        signed: a row each, whether 0 is in the middle of its colours.
        relative: a row each, whether its colours begin at the least value of a map, not at 0.
    """
    stages = max((one["stages"] for one in facts), key=len)
    (image,) = details[0]["images"]
    rows, columns = len(maps), len(stages) + 2
    figure, grid = plt.subplots(
        rows, columns, squeeze=False, layout="constrained",
        figsize=(_MAP * columns + 0.6, (_MAP + _HEAD) * rows + _FOOT),
    )  # fmt: skip
    for axes in grid.flat:
        bare(axes)
    for axes in grid[1:, 0]:
        axes.axis("off")
    show_judged(grid[0, 0], image, names, details[0]["labels"][0], details[0]["logits"][0])
    for axes, stage in zip(grid[0, 1:], ["as it is", *stages], strict=True):
        _name_column(axes, stage)
    for row, axes in enumerate(grid[:, 1:]):
        target = shortened(class_name(names, details[row]["targets"][0]))
        axes[0].set_ylabel(f"{textwrap.fill(headings[row], _LETTERS)}\n{target}", fontsize=7)
        if "refused" in facts[row]:
            leave_empty(axes, image.shape[0] / image.shape[1])
            continue
        numbers = [f"{value:.2f}" for value in details[row]["similarity"][0]]
        colours = signed_colours if signed[row] else unsigned_colours
        kind = {"signed": signed[row], "relative": relative[row]}
        _show_maps(axes, maps[row][0], ["", *numbers], colours, **kind)
    add_bars(figure, grid, {bool(one) for one in signed}, signed_colours, unsigned_colours)
    tell_refusals(figure, facts, columns)
    figure.suptitle(f"Maps of random networks: {similarity} with the first map")
    return figure


def _name_column(axes: Axes, heading: str) -> None:
    axes.annotate(
        textwrap.fill(heading, _LETTERS), (0.5, 1), (0, 14), "axes fraction",
        textcoords="offset points", ha="center", va="bottom", weight="bold", annotation_clip=False,
    )  # fmt: skip


def _show_maps(
    row: Sequence[Axes],
    maps: np.ndarray,
    numbers: Sequence[str],
    colours: str,
    *,
    signed: bool,
    relative: bool,
) -> None:
    """The maps of a row, each on its own scale, under their numbers."""
    for axes, values, number in zip(row, maps, numbers, strict=True):
        low, high, _ = map_limits(values, signed=signed, relative=relative)
        axes.imshow(values, cmap=colormap(colours), vmin=low, vmax=high)
        axes.set_title(number, fontsize=7)
