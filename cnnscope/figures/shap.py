"""SHAP values: a row an image, a column a class."""

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.attribution._gradients.residual import LARGEST
from cnnscope.attribution._shap.residual import advice, largest_of_each
from cnnscope.figures.chart import Chart
from cnnscope.figures.score_lines import score_lines, trust_line
from cnnscope.figures.style import (
    bare,
    class_name,
    colormap,
    shortened,
    show_judged,
    upper_bound,
)
from cnnscope.networks.probabilities import probabilities

CHART = Chart(
    title="SHAP values",
    category="SHAP",
    caption="SHAP values, a row an image, a column a class: how much each pixel moved the class's "
    "score away from its mean over background images, which are named below the figure. The values "
    "of a panel add up to that difference but for the residual, given below the image as a share "
    "of the largest difference. Above each panel: the probability that the model gives it. Where a "
    "network has more than 12 classes, or ``shap.classes`` says so, the columns are the likeliest "
    "classes of each image, and its target and true class. Maps that miss more than 10% are not "
    "drawn. {scored}\n\n"
    "Colours: ``{colours}``, in logits, summed over the colour channels, red for the class and "
    "blue against it where the map is ``bwr``; one scale a row, the same to both sides of 0, so "
    "that the classes of an image can be compared.\n\n"
    "Changed by: ``shap.images``, ``shap.background``, ``shap.engine``, ``shap.samples``, "
    "``shap.classes``, ``{colours_setting}``, ``figures.images``.",
    reads={
        "details": "attribution.details",
        "facts": "attribution.facts",
        "scores": "own_scores.table",
        "score_facts": "own_scores.facts",
    },
    optional=("scores", "score_facts"),
    uses=("names", "colours"),
    about="method",
    images=True,
)
_PERCENTILE = 99.7
# Inches of a column, letters that stand beside each other in its title, and those of a name that
# stand beside a mark and a probability.
_COLUMN, _LETTERS, _VERDICT = 1.15, 18, 15


def draw(
    images: np.ndarray,
    details: dict[str, np.ndarray],
    facts: dict,
    names: list[str],
    colours: str,
    scores: Sequence[Mapping[str, str]] | None = None,
    score_facts: Mapping | None = None,
) -> Figure:
    """SHAP values over the faded image; one symmetric scale a row, so classes can be compared.

    Where the values of an image do not add up, a sentence stands in place of its maps.

    Args:
        images: uint8 (N, H, W, C).
        details: of N images or more `labels` (N,), `logits` (N, K), and of the L classes `classes`
            (N, L), -1 for none, `values` (N, L, C, H, W) and `residual` (N, L); `residual_error`
            if they are expected gradients.
        facts: `background_images`, what the background images are.
        scores, score_facts: of the maps of the class in `shap.target`, see
            `cnnscope.figures.score_lines`.
    """
    lines = score_lines(scores, score_facts, len(images), _LETTERS)
    by_class = details["values"][: len(images)].sum(2)
    columns = by_class.shape[1]
    row_height = 2.1 if scores else 1.7
    figure, grid = plt.subplots(
        len(images), 1 + columns, squeeze=False, layout="constrained",
        figsize=(_COLUMN * (1 + columns) + 1.0, row_height * len(images) + 0.9),
    )  # fmt: skip
    short = [shortened(name, _VERDICT) for name in names]
    residuals = largest_of_each(details["residual"], details["classes"])
    for row, (image, maps) in enumerate(zip(images, by_class, strict=True)):
        logits, classes = details["logits"][row], details["classes"][row]
        show_judged(grid[row, 0], image, short, details["labels"][row], logits)
        below = [f"residual {residuals[row]:.0e}", *filter(None, [lines[row]])]
        grid[row, 0].set_xlabel("\n".join(below), fontsize=6)
        for axes in grid[row, 1:]:
            axes.axis("off")
        if not residuals[row] <= LARGEST:
            _refuse(grid[row, 1], residuals[row], "residual_error" in details, columns)
            continue
        shares, known = probabilities(logits), classes >= 0
        bound = upper_bound(maps[known], _PERCENTILE)
        faded = 255 - (255 - image.mean(-1)) * 0.25
        for column in np.flatnonzero(known):
            axes, number = grid[row, 1 + column], classes[column]
            axes.axis("on")
            axes.imshow(faded, cmap="gray", vmin=0, vmax=255)
            painted = axes.imshow(
                maps[column], cmap=colormap(colours), vmin=-bound, vmax=bound, alpha=0.8
            )
            bare(axes)
            axes.set_title(_title(class_name(names, number), shares[number]), fontsize=6.5)
        figure.colorbar(painted, ax=grid[row], shrink=0.85, pad=0.01, label="SHAP value (logit)")
    # Other colour maps have other colours at their ends.
    above, below = ("red", "blue") if colours == "bwr" else ("above 0", "below 0")
    figure.suptitle(f"SHAP values: {above} speaks for the class of the column, {below} against it")
    foot = [f"background: {facts['background_images']}"]
    foot += trust_line(score_facts, _LETTERS * (columns + 1))
    figure.supxlabel("\n".join(foot), fontsize=7)
    return figure


def _title(name: str, share: float) -> str:
    """The name in three lines at most, no wider than the column, and the class's probability."""
    lines = textwrap.wrap(name, _LETTERS, max_lines=3, placeholder=" …")
    return "\n".join([*lines, "<1%" if 0 < share < 0.005 else f"{share:.0%}"])


def _refuse(axes: Axes, residual: float, sampled: bool, columns: int) -> None:
    """Say in place of maps why they are not drawn, across `columns` columns from `axes` on."""
    sentence = (
        f"Not drawn: the values miss the change of the scores by {residual:.0%} of it, more than "
        f"{LARGEST:.0%}. What helps: {advice(sampled)}."
    )
    lines = textwrap.fill(sentence, _LETTERS * columns)
    text = axes.text(0, 0.5, lines, transform=axes.transAxes, va="center", fontsize=7)
    text.set_in_layout(False)
