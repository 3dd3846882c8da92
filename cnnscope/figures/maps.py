"""Images over their attribution maps."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.hidden_images import change, warning
from cnnscope.figures.residuals import missed, too_large
from cnnscope.figures.score_lines import score_lines, trust_line
from cnnscope.figures.style import (
    bare,
    blocks,
    class_name,
    colormap,
    layer_name,
    map_limits,
    shortened,
    show_judged,
)

CHART = Chart(
    title="{method}",
    category="Attribution",
    caption="{title}: each image over its attribution map for the class named above the map "
    "(target: {options[target]}). {paper}.\n\n"
    "Colours: ``{colours}``, {scale} to the 99.5th percentile of the map. That value stands above "
    "each map: every map has its own scale. Where a method hides parts of images, the class's "
    "probability p for the whole image and with all of it hidden stands below that: where p hardly "
    "changes, the map explains little. Where values should add up to a number, the residual is "
    "what they miss of it. {scored}{frame}\n\n"
    "Changed by: the settings section ``{method}``, ``{colours_setting}``, ``figures.images``.",
    reads={
        "maps": "attribution.array",
        "details": "attribution.details",
        "facts": "attribution.facts",
        "scores": "own_scores.table",
        "score_facts": "own_scores.facts",
    },
    optional=("scores", "score_facts"),
    uses=("names", "colours", "signed", "relative", "title"),
    about="method",
    images=True,
)
_COLUMNS = 6
# That find room below a map.
_LETTERS = 30


def draw(
    images: np.ndarray,
    maps: np.ndarray,
    details: dict[str, np.ndarray],
    facts: dict,
    names: list[str],
    colours: str,
    scores: Sequence[Mapping[str, str]] | None = None,
    score_facts: Mapping | None = None,
    *,
    signed: bool,
    title: str,
    relative: bool = False,
    label: str = "attribution to the named class",
) -> Figure:
    """A row of images over a row of maps, in blocks of six.

    Args:
        images: uint8 (N, H, W, C).
        maps: float (N or more, H, W), raw; each is shown up to the 99.5th percentile of its values
            without their signs.
        details: `labels`, `targets` (N or more,) and `logits` (N or more, K); where a method hides
            parts of images, also `whole` and `hidden` (N or more,), probabilities of the target;
            where values should add up to a number, `residual` (N or more,), what they miss of it.
        facts: `units` of the maps; for maps of a layer also `layer`, and perhaps its `role`.
        scores, score_facts: of the maps, see `cnnscope.figures.score_lines`.
        colours: the colour map; where the maps are signed, its middle stands for 0.
        signed: whether values below 0 are to be told from 0.
        relative: whether the colours begin at the least value of a map rather than at 0.
        label: what the colours mean.
    """
    least = -1 if signed else 0
    lines = score_lines(scores, score_facts, len(images), _LETTERS)
    runs = blocks(len(images), _COLUMNS)
    columns = len(runs[0])
    figure, grid = plt.subplots(
        2 * len(runs), columns, figsize=(1.75 * columns + 0.9, 4.25 * len(runs)), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for axes in grid.flat:
        axes.axis("off")
    for block, run in enumerate(runs):
        for column, i in enumerate(run):
            upper, lower = grid[2 * block : 2 * block + 2, column]
            upper.axis("on")
            show_judged(upper, images[i], names, details["labels"][i], details["logits"][i])
            low, high, told = map_limits(maps[i], signed=signed, relative=relative)
            lower.imshow(maps[i], cmap=colormap(colours), vmin=low, vmax=high)
            name = shortened(class_name(names, details["targets"][i]))
            notes = change(details, i) + missed(details, i)
            lower.set_title(f"{name}: {told}{notes}")
            lower.axis("on")
            bare(lower)
            lower.set_xlabel(lines[i], fontsize=6.5)
    bar = figure.colorbar(
        ScalarMappable(Normalize(least, 1), colormap(colours)),
        ax=grid,
        shrink=0.6,
        aspect=30,
        pad=0.02,
    )
    bar.set_label(label)
    ends = "0.0 and 1.0 of each map are" if relative else "1.0 of each map is"
    foot = [f"{ends} given above it, in {facts['units']}"]
    foot += [f"layer {layer_name(facts)}"] if "layer" in facts else []
    foot += [note for find in (warning, too_large) if (note := find(details, len(images)))]
    foot += trust_line(score_facts, 30 * columns)
    figure.supxlabel("\n".join(foot), fontsize=7)
    figure.suptitle(title)
    return figure
