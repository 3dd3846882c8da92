"""Photographs in which a layer found more of what it looks for."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes, blocks, layer_name, show_image

CHART = Chart(
    title="deep dream",
    category="Filters",
    caption="Each photograph over what gradient ascent made of it: the outputs of the layer that "
    "heads the figure became larger, first where the photograph is small, then at sizes that grow "
    "by 1.4. Whatever the layer saw a little of, it sees more of. Mordvintsev, Olah, Tyka 2015, "
    "Inceptionism.\n\n"
    "Above a picture: the mean square of the layer's output, before and after. Changed by: the "
    "settings section ``deep_dream``, ``figures.images``.",
    reads={
        "pictures": "deep_dream.array",
        "details": "deep_dream.details",
        "facts": "deep_dream.facts",
    },
    images=True,
)
_COLUMNS = 4


def draw(
    images: np.ndarray, pictures: np.ndarray, details: dict[str, np.ndarray], facts: dict
) -> Figure:
    """A row of photographs over a row of what became of them, in blocks of four.

    Args:
        images: uint8 (N, H, W, C).
        pictures: float (N or more, H, W, C) in [0, 1].
        details: `score_start` and `score_end` (N or more,).
        facts: `layer`, perhaps its `role`.
    """
    runs = blocks(len(images), _COLUMNS)
    columns = len(runs[0])
    figure, grid = plt.subplots(
        2 * len(runs), columns, squeeze=False, layout="constrained",
        figsize=(max(2.6 * columns, 5.0), 5.5 * len(runs) + 0.5),
    )  # fmt: skip
    for axes in grid.flat:
        axes.axis("off")
    for block, run in enumerate(runs):
        for column, i in enumerate(run):
            upper, lower = grid[2 * block : 2 * block + 2, column]
            show_image(upper, images[i])
            show_image(lower, as_bytes(pictures[i]))
            lower.set_title(f"{details['score_start'][i]:.3g} → {details['score_end'][i]:.3g}")
    figure.suptitle(f"Layer {layer_name(facts)}: what it dreams of in photographs")
    figure.supxlabel("number above: mean square of the layer's output", fontsize=7)
    return figure
