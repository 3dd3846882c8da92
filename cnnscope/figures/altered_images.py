"""Photographs that were changed until they excite a filter more."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes, show_image, upper_bound

CHART = Chart(
    title="{layer}",
    category="Filters",
    caption="The photographs along the top, changed by gradient ascent until they excite a filter "
    "of layer ``{layer}`` more. For each filter: what they became, with the response before and "
    "after, and the change.\n\n"
    "Colours: the change is grey where there is none, black and white at the value that is written "
    "below, in intensity from 0 to 1.\n\n"
    "A response is the mean over the stronger half of a map. Changed by: ``filters.layers``, "
    "``filters.start``, ``filters.steps``, ``filters.images``, ``figures.images``.",
    reads={
        "pictures": "filters.array",
        "details": "filters.details",
        "facts": "filters.facts",
    },
    uses=("layer",),
    about="filters",
    images=True,
)


def draw(
    images: np.ndarray,
    pictures: np.ndarray,
    details: dict[str, np.ndarray],
    facts: dict,
    layer: str,
) -> Figure:
    """The photographs; for each filter a row of what they became and a row of the change.

    Args:
        images: uint8 (N, H, W, C).
        pictures: float (F, N or more, H, W, C) in [0, 1].
        details: `filters` (F,), `objective_start` and `objective_end` (F, N or more).
        facts: `units` of the responses.
    """
    pictures = pictures[:, : len(images)]
    change = pictures - images / np.float32(255)
    bound = upper_bound(change, 99.5)
    figure, grid = plt.subplots(
        1 + 2 * len(pictures), len(images), squeeze=False, layout="constrained",
        figsize=(1.6 * len(images) + 0.7, 1.65 + 3.5 * len(pictures)),
    )  # fmt: skip
    for axes, image in zip(grid[0], images, strict=True):
        show_image(axes, image)
    grid[0, 0].set_ylabel("original")
    for row, number in enumerate(details["filters"]):
        became, changed = grid[1 + 2 * row : 3 + 2 * row]
        became[0].set_ylabel(f"filter {number}")
        changed[0].set_ylabel("change")
        for column in range(len(images)):
            show_image(became[column], as_bytes(pictures[row, column]))
            start, end = (details[f"objective_{at}"][row, column] for at in ("start", "end"))
            became[column].set_title(f"{start:.2f} → {end:.2f}")
            signed = (0.5 + change[row, column] / (2 * bound)).clip(0, 1)
            show_image(changed[column], as_bytes(signed))
    figure.suptitle(f"Layer {layer}: photographs changed to excite its filters")
    figure.supxlabel(
        f"number above: response. change: grey for none, black for −{bound:.2f}, "
        f"white for +{bound:.2f}.\n{facts['units']}",
        fontsize=7,
    )
    return figure
