"""Attributions of the same images side by side: a row an image, a column a method or a value."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.score_lines import score_lines
from cnnscope.figures.several_methods import add_bars, leave_empty, tell_refusals
from cnnscope.figures.style import (
    bare,
    blocks,
    class_name,
    colormap,
    map_limits,
    shortened,
    show_image,
    show_judged,
)

CHART = Chart(
    title="{title}",
    category="Attribution",
    caption="{title}: a row an image, a column each. Every map has its own scale, from 0, or where "
    "it has a sign from as far below 0, or where only differences mean something from its least "
    "value, to the 99.5th percentile of its values without their signs; that value stands above "
    "the map, and its units at the foot of the column. Maps in different units are compared by "
    "where they are bright, not by how bright they are. {scored}{frame}\n\n{papers}\n\n"
    "Changed by: the settings section ``{question}``, those of the methods, "
    "``figures.colormaps.saliency`` and ``figures.colormaps.shap``, ``figures.images``.",
    reads={
        "maps": "arrays",
        "details": "details",
        "facts": "facts",
        "scores": "scores",
        "score_facts": "score_facts",
    },
    optional=("scores", "score_facts"),
    uses=("names", "title", "headings", "signed", "relative", "signed_colours", "unsigned_colours"),
    about="comparison",
    images=True,
)
_COLUMNS = 9
_LETTERS = 17
# Inches.
_MAP, _HEAD, _FOOT = 1.2, 0.62, 0.9
# Between what stands below a row of maps and the headings of the next.
_GAP = 0.05


def draw(
    images: np.ndarray,
    maps: Sequence[np.ndarray],
    details: Sequence[Mapping[str, np.ndarray]],
    facts: Sequence[Mapping],
    names: list[str],
    scores: Sequence[Sequence[Mapping[str, str]]] | None = None,
    score_facts: Sequence[Mapping] | None = None,
    *,
    title: str,
    headings: Sequence[str],
    signed: Sequence[bool],
    relative: Sequence[bool],
    signed_colours: str,
    unsigned_colours: str,
) -> Figure:
    """The images down the left side, and right of each its maps; nine columns, then a new block.

    Args:
        images: uint8 (N, H, W, C).
        maps: a column each, float (N or more, H, W), raw.
        details: a column each: `labels`, `targets` (N or more,) and `logits` (N or more, K).
        facts: a column each: the `units` of its maps, or why the method `refused` the network.
        scores, score_facts: a column each, see `cnnscope.figures.score_lines`.
        headings: a column each.
        signed: a column each, whether 0 is in the middle of its colours.
        relative: a column each, whether its colours begin at the least value of a map, not at 0.
    """
    runs = blocks(len(maps), _COLUMNS)
    rows, columns = len(runs) * len(images), len(runs[0]) + 1
    # Scores take two lines below each map.
    head = _HEAD + 2 * _GAP + (0.22 if scores else 0)
    figure, grid = plt.subplots(
        rows, columns, squeeze=False, layout="constrained",
        figsize=(_MAP * columns + 0.3, (_MAP + head) * rows + _FOOT + 0.3 * len(runs)),
    )  # fmt: skip
    figure.get_layout_engine().set(h_pad=_GAP + 0.04)
    for axes in grid.flat:
        axes.axis("off")
    for block, run in enumerate(runs):
        of_block = grid[block * len(images) : (block + 1) * len(images)]
        for image, axes in enumerate(of_block[:, 0]):
            axes.axis("on")
            if block == 0:
                label, logits = details[0]["labels"][image], details[0]["logits"][image]
                show_judged(axes, images[image], names, label, logits)
            else:
                show_image(axes, images[image])
        for place, column in enumerate(run, 1):
            below, about = of_block[:, place], facts[column]
            _name_column(below, headings[column], about["units"])
            if "refused" in about:
                leave_empty(below, images.shape[1] / images.shape[2])
                continue
            explained = [class_name(names, one) for one in details[column]["targets"]]
            colours = signed_colours if signed[column] else unsigned_colours
            kind = {"signed": signed[column], "relative": relative[column]}
            _show_maps(below, maps[column], explained, colours, **kind)
            if scores and score_facts:
                lines = score_lines(scores[column], score_facts[column], len(images), _LETTERS + 4)
                _tell_scores(below, lines)
    add_bars(figure, grid, {bool(one) for one in signed}, signed_colours, unsigned_colours)
    tell_refusals(figure, facts, columns)
    figure.suptitle(title)
    return figure


def _name_column(column: Sequence[Axes], heading: str, units: str) -> None:
    """The heading above the first axes, and the units below the last."""
    column[0].annotate(
        textwrap.fill(heading, _LETTERS), (0.5, 1), (0, 24), "axes fraction",
        textcoords="offset points", ha="center", va="bottom", weight="bold", annotation_clip=False,
    )  # fmt: skip
    column[-1].set_xlabel(textwrap.fill(units, _LETTERS + 4), fontsize=6)


def _tell_scores(column: Sequence[Axes], lines: Sequence[str]) -> None:
    """The scores of each map below it, and above the units where these stand there."""
    for axes, line in zip(column, lines, strict=False):
        axes.set_xlabel("\n".join(filter(None, (line, axes.get_xlabel()))), fontsize=6)


def _show_maps(
    column: Sequence[Axes],
    maps: np.ndarray,
    explained: Sequence[str],
    colours: str,
    *,
    signed: bool,
    relative: bool,
) -> None:
    """The maps of a column, each on its own scale, and what that is."""
    for axes, values, name in zip(column, maps, explained, strict=False):
        axes.axis("on")
        bare(axes)
        low, high, told = map_limits(values, signed=signed, relative=relative)
        axes.imshow(values, cmap=colormap(colours), vmin=low, vmax=high)
        axes.set_title(f"{shortened(name)}\n{told}", fontsize=6.5)
