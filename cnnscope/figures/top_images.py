"""The images that excite a filter most, and where they do."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from cnnscope.data.loose_pictures import PICTURES
from cnnscope.figures.chart import Chart
from cnnscope.figures.style import (
    class_name,
    colormap,
    how_many_images,
    layer_name,
    shortened,
    show_image,
)

CHART = Chart(
    title="{layer}",
    category="Top images",
    caption="For filters of {the_layer}: the {searched} images that excite each most, "
    "strongest first, with class, position in the split and response (the mean over the stronger "
    "half of the map). Below each, unless the layer has no maps, the same image in grey with the "
    "filter's activation drawn over it.\n\n"
    "Colours: ``{activations_colours}``, one scale a filter, in units of the layer's output; the "
    "stronger, the less transparent, and nothing below the median of the filter's maps.\n\n"
    "Changed by: ``top_images.split``, ``top_images.layers`` (``filters.layers`` when it is null), "
    "``top_images.count``, ``figures.colormaps.activations``.",
    reads={
        "photographs": "split_images",
        "maps": "top_images.array",
        "details": "top_images.details",
        "facts": "top_images.facts",
    },
    uses=("names", "activations_colours"),
    about="top_images",
)
_STRONGEST = 0.85
# Letters that find room over an image: of its class and its position.
_LETTERS = 25


def draw(
    photographs: np.ndarray,
    maps: np.ndarray,
    details: dict[str, np.ndarray],
    facts: dict,
    names: list[str],
    activations_colours: str,
) -> Figure:
    """Two rows a filter: its images, strongest first, and its activation drawn over them.

    The stronger the activation, the less of the image, which is grey there, shines through; below
    the median of the maps of its filter nothing is drawn.

    Args:
        photographs: uint8 (N, H, W, C), the images of the split.
        maps: float (F, K, h, w); of one position behind a linear layer, which is not drawn.
        details: `filters` (F,), `responses`, `positions` and `labels` (F, K).
        facts: `layer`, perhaps its `role`, `split`, `images` (how many were looked at), `units`.
    """
    images = photographs[details["positions"]]
    placed = maps[0, 0].size > 1
    rows = 2 if placed else 1
    count = images.shape[1]
    figure, grid = plt.subplots(
        rows * len(images), count, squeeze=False, layout="constrained",
        figsize=(1.35 * count + 0.9, (1.3 * rows + 0.45) * len(images) + 0.6),
    )  # fmt: skip
    for row, number in enumerate(details["filters"]):
        shown = grid[rows * row : rows * (row + 1)]
        shown[0, 0].set_ylabel(f"filter {number}")
        for column, image in enumerate(images[row]):
            show_image(shown[0, column], image)
            label = details["labels"][row, column]
            position = f", no. {details['positions'][row, column]}"
            truth = "no label" if label < 0 else class_name(names, label)
            shown[0, column].set_title(
                f"{shortened(truth, _LETTERS - len(position))}{position}\n"
                f"{details['responses'][row, column]:.2f}"
            )
        if placed:
            # The response is the mean of the stronger half; before a norm, 0 means nothing.
            low, high = np.median(maps[row]), maps[row].max()
            for axes, image, one in zip(shown[1], images[row], maps[row], strict=True):
                painted = _lay_over(axes, image, one, low, high, activations_colours)
            figure.colorbar(painted, ax=shown[1], shrink=0.85, pad=0.01, label="activation")
    figure.suptitle(f"Layer {layer_name(facts)}: what excites its filters most")
    kind = "picture" if facts["split"] == PICTURES else f"{facts['split']} image"
    figure.supxlabel(
        f"of {how_many_images(facts['images'], kind)}; the number is the response. "
        f"{facts['units']}; drawn over: what is above the median",
        fontsize=7,
    )
    return figure


def _lay_over(
    axes: Axes, image: np.ndarray, one: np.ndarray, low: float, high: float, map_name: str
) -> AxesImage:
    """The image in grey below the activation, whose strength is its opacity too."""
    grey = image.mean(axis=-1, keepdims=True).round().astype(np.uint8)
    show_image(axes, grey)
    height, width = image.shape[:2]
    strength = ((one - low) / ((high - low) or 1.0)).clip(0, 1)
    return axes.imshow(
        one, cmap=colormap(map_name), vmin=low, vmax=high, alpha=_STRONGEST * strength,
        extent=(-0.5, width - 0.5, height - 0.5, -0.5),
    )  # fmt: skip
