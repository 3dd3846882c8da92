"""Superpixels that speak for a class and against it, beside the confusion matrix."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Patch

from cnnscope.figures.chart import Chart
from cnnscope.figures.confusion_matrix import show_matrix, shown_part
from cnnscope.figures.hidden_images import change, warning
from cnnscope.figures.score_lines import score_lines, trust_line
from cnnscope.figures.style import (
    bare,
    blocks,
    class_name,
    how_many_images,
    shortened,
    show_judged,
    upper_bound,
)

CHART = Chart(
    title="superpixels for and against",
    category="LIME",
    caption="LIME: superpixels that speak for the class named above them (green) and against it "
    "(blue), for the true class of each image and, where they are others, the predicted one and "
    "``lime.target``. They are the weights of a linear model that was fitted to "
    "{options[samples]} copies of the image in which superpixels are hidden.\n\n"
    "Colours: full colour is the largest weight of that picture, given above it (max) as a change "
    "of the class's probability p. Of the class in ``lime.target``, p stands there for the whole "
    "image and with all of it hidden: where it hardly changes, the weights explain little. R² says "
    "how well the linear model fits: where it is low, believe little. {scored}{frame} Beside them "
    "the confusion matrix of {split}: share of the true class "
    "(``{confusion_colours}``, from 0 to 1), count below; of more than 30 classes "
    "the 30 most often mixed up, and all others in one column. Where there is room, the most "
    "frequent mix-ups.\n\n"
    "Changed by: ``lime``, ``confusion.split``, ``figures.colormaps.confusion``, "
    "``figures.images``.",
    reads={
        "details": "attribution.details",
        "counts": "confusion.counts",
        "mixups": "confusion.mixups",
        "scores": "own_scores.table",
        "score_facts": "own_scores.facts",
    },
    optional=("counts", "mixups", "scores", "score_facts"),
    uses=("names", "split", "confusion_colours"),
    about="method",
    images=True,
)
_COLUMNS = 8
# That find room below a picture.
_LETTERS = 28
_ZOOM = 4
# Inches: the list of mix-ups, and what it needs.
_HEADING, _LINE, _WIDTH = 0.4, 0.19, 3.5
# Inches of a figure without a matrix, whose title must find room.
_ALONE = 5.0
_FOR, _AGAINST = (0.1, 0.85, 0.2), (0.15, 0.3, 1.0)


def draw(
    images: np.ndarray,
    details: dict[str, np.ndarray],
    counts: np.ndarray | None,
    mixups: list[dict[str, str]] | None,
    names: list[str],
    split: str,
    confusion_colours: str,
    scores: Sequence[Mapping[str, str]] | None = None,
    score_facts: Mapping | None = None,
) -> Figure:
    """Each image with the weights of its true class and, where it is another, the predicted one.

    Args:
        images: uint8 (N, H, W, C).
        details: of N images or more `labels` (N,), `logits` (N, K), `segments` (N, H, W), and for
            the L classes `explained` (N, L): `weights` (N, L, S) and `r2` (N, L). Of the class in
            `targets` (N,), the probabilities `whole` and `hidden` (N,).
        counts: int (K, K), the confusion matrix; None where no image has a label.
        mixups: as for `confusion.draw`; as many as find room are listed below the images or the
            matrix, whichever ends first.
        scores, score_facts: of the maps of the class in `targets`, see
            `cnnscope.figures.score_lines`.
    """
    lines = score_lines(scores, score_facts, len(images), _LETTERS)
    explained = details["explained"][: len(images)]
    runs = _runs([len(_shown(classes)) for classes in explained])
    depths = [1 + len(_shown(explained[run[0]])) for run in runs]
    columns = max(len(run) for run in runs)
    size = (1.5 * columns, 1.75 * sum(depths) + 0.6)
    if counts is None:
        figure = plt.figure(figsize=(max(size[0], _ALONE), size[1]), layout="constrained")
        # The legend of a whole figure would lie below its edge, where the notes stand.
        left = figure.subfigures()
    else:
        shown = shown_part(counts, names)
        side = 2.0 + shown.cell(0.42) * len(shown.columns)
        figure, left, right = _divided(size, side, mixups)
        matrix = right.subplots()
        show_matrix(matrix, shown, confusion_colours)
        matrix.set_title("\n".join(shown.lines))
        matrix.set_anchor("N")
        right.suptitle(f"Confusion matrix, {split}:\nshare of the true class, count below")
    grid = left.subplots(sum(depths), columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    top = 0
    for run, depth in zip(runs, depths, strict=True):
        for column, i in enumerate(run):
            first, label = grid[top, column], details["labels"][i]
            first.axis("on")
            show_judged(first, images[i], names, label, details["logits"][i])
            for row, place in enumerate(_shown(explained[i]), 1):
                axes = grid[top + row, column]
                weights = details["weights"][i, place]
                _show_weights(axes, images[i], details["segments"][i], weights)
                name = shortened(class_name(names, explained[i, place]))
                largest = upper_bound(weights[np.isfinite(weights)], 100)
                title = f"{name}\nR² {details['r2'][i, place]:.2f}, max {largest:.2g}"
                if explained[i, place] == details["targets"][i]:
                    title += change(details, i)
                    axes.axis("on")
                    bare(axes)
                    axes.set_xlabel(lines[i], fontsize=6.5)
                axes.set_title(title, fontsize=7)
        top += depth
    patches = [Patch(color=_FOR, label="for the class"), Patch(color=_AGAINST, label="against it")]
    notes = [warning(details, len(images)), *trust_line(score_facts, 28 * columns)]
    note = "\n".join(line for line in notes if line) or None
    left.legend(
        handles=patches, title=note, loc="outside lower center", ncols=2, frameon=False,
        title_fontsize=7,
    )  # fmt: skip
    left.suptitle("LIME: full colour is the largest weight (max, in probability)")
    return figure


def _divided(
    size: tuple[float, float], side: float, mixups: Sequence[dict[str, str]]
) -> tuple[Figure, SubFigure, SubFigure]:
    """A figure with room for images of this size (width, height), and for the matrix beside them.

    Below what ends first the mix-ups are listed.
    """
    heights, widths = (size[1], side), (size[0], side + 0.8)
    figure = plt.figure(figsize=(sum(widths), max(heights)), layout="constrained")
    parts = list(figure.subfigures(1, 2, width_ratios=widths))
    lower = int(np.argmin(heights))
    room = max(heights) - min(heights)
    if room:
        split_off = parts[lower].subfigures(2, 1, height_ratios=[min(heights), room])
        parts[lower] = split_off[0]
        _list(split_off[1], mixups, room if widths[lower] >= _WIDTH else 0)
    return figure, *parts


def _list(part: SubFigure, mixups: Sequence[dict[str, str]], room: float) -> None:
    lines = "\n".join(_listed(mixups, room))
    part.text(0.06, 0.98, lines, va="top", linespacing=1.6)


def _listed(mixups: Sequence[dict[str, str]], room: float) -> list[str]:
    """A line for each of the most frequent mix-ups that fit into `room` inches, after a heading."""
    lines = [
        f"{shortened(row['true'])} taken for {shortened(row['predicted'])}: "
        f"{how_many_images(row['count'])}, {float(row['rate']):.0%} of its class"
        for row in mixups[: max(0, int((room - _HEADING) / _LINE))]
    ]
    return ["Most frequent mix-ups:", *lines] if lines else []


def _runs(counts: list[int]) -> list[list[int]]:
    """Rows of images with equally many classes to show, so that no cell stays empty below one."""
    groups = [[i for i, own in enumerate(counts) if own == count] for count in sorted(set(counts))]
    return [[group[i] for i in run] for group in groups for run in blocks(len(group), _COLUMNS)]


def _shown(explained: np.ndarray) -> list[int]:
    """Places of the classes that are known, each class once."""
    places: dict[int, int] = {}
    for place, number in enumerate(explained.tolist()):
        if number >= 0:
            places.setdefault(number, place)
    return list(places.values())


def _show_weights(axes: Axes, image: np.ndarray, segments: np.ndarray, weights: np.ndarray) -> None:
    """The image in grey, coloured by the weight of each superpixel, its borders drawn."""
    painted = np.nan_to_num(weights[segments])
    strength = np.abs(painted) / upper_bound(weights[np.isfinite(weights)], 100)
    grey = np.repeat(image.mean(-1, keepdims=True) / 255, 3, -1) * 0.75 + 0.2
    colour = np.where(painted[..., None] > 0, _FOR, _AGAINST)
    opacity = 0.75 * strength[..., None]
    mixed = grey * (1 - opacity) + colour * opacity
    large = mixed.repeat(_ZOOM, 0).repeat(_ZOOM, 1)
    large[_borders(segments.repeat(_ZOOM, 0).repeat(_ZOOM, 1))] = (1.0, 0.95, 0.6)
    axes.imshow(large.clip(0, 1))


def _borders(segments: np.ndarray) -> np.ndarray:
    """Pixels whose right or lower neighbour is of another superpixel."""
    borders = np.zeros(segments.shape, bool)
    borders[:, :-1] |= segments[:, :-1] != segments[:, 1:]
    borders[:-1] |= segments[:-1] != segments[1:]
    return borders
