"""What a filter looks for, beside where it finds it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes, bare, colormap, show_image, upper_bound

CHART = Chart(
    title="{layer}",
    category="Filters",
    caption="For filters of layer ``{layer}``: the picture that excites each most, found by "
    "gradient ascent from white noise (above it the response before and after), and beside it the "
    "filter's activation map on real images (above each its response).\n\n"
    "Colours: ``{activations_colours}``, one scale a filter, in units of the layer's output.\n\n"
    "A response is the mean over the stronger half of a map. Changed by: ``filters.layers``, "
    "``filters.start``, ``filters.steps``, ``filters.images``, ``figures.images``, "
    "``figures.colormaps.activations``.",
    reads={
        "pictures": "filters.array",
        "details": "filters.details",
        "facts": "filters.facts",
    },
    uses=("layer", "activations_colours"),
    about="filters",
    images=True,
)


def draw(
    images: np.ndarray,
    pictures: np.ndarray,
    details: dict[str, np.ndarray],
    facts: dict,
    layer: str,
    activations_colours: str,
) -> Figure:
    """A row a filter: the picture that excites it most, then its activation map on each image.

    Args:
        images: uint8 (N, H, W, C), along the top.
        pictures: float (F, H, W, C) in [0, 1].
        details: `filters` (F,), `objective_start`, `objective_end` (F,), and of N images or more
            `activations` (F, N, h, w) and `objective_images` (F, N).
        facts: `units` of the responses.
    """
    rows, columns = 1 + len(pictures), 1 + len(images)
    figure, grid = plt.subplots(
        rows, columns, figsize=(1.65 * columns + 0.8, 1.8 * rows + 0.5), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    bare(grid[0, 0])
    grid[0, 0].text(
        0.5, 0.02, "most exciting\npicture", ha="center", transform=grid[0, 0].transAxes
    )
    for column, image in enumerate(images, 1):
        show_image(grid[0, column], image)
    for row, number in enumerate(details["filters"]):
        shown, maps = grid[row + 1], details["activations"][row, : len(images)]
        show_image(shown[0], as_bytes(pictures[row]))
        shown[0].set_ylabel(f"filter {number}")
        start, end = details["objective_start"][row], details["objective_end"][row]
        shown[0].set_title(f"{start:.2f} → {end:.2f}")
        # Negative responses are part of the answer before an activation function.
        low = min(0.0, -upper_bound(np.minimum(maps, 0), 99.5)) if (maps < 0).any() else 0.0
        high = upper_bound(np.maximum(maps, 0), 99.5)
        for column, one in enumerate(maps):
            painted = shown[column + 1].imshow(
                one, cmap=colormap(activations_colours), vmin=low, vmax=high
            )
            shown[column + 1].set_title(f"{details['objective_images'][row, column]:.2f}")
            bare(shown[column + 1])
        figure.colorbar(painted, ax=shown[1:], shrink=0.8, pad=0.01, label="activation")
    figure.suptitle(f"Layer {layer}: what excites its filters, and where they respond")
    figure.supxlabel(f"number above: response. {facts['units']}", fontsize=7)
    return figure
