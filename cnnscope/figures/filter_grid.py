"""What excites each of many filters."""

import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes
from cnnscope.figures.tiles import arrange, canvas, head, place, show_tiles

CHART = Chart(
    title="{layer}",
    category="Filters",
    caption="For each filter of layer ``{layer}``, with its number: the picture that excites it "
    "most, found by gradient ascent from white noise. Crossed out: nothing raised its "
    "response.\n\n"
    "A response is the mean over the stronger half of a map. Changed by: ``filters.layers``, "
    "``filters.start``, ``filters.steps``, ``filters.images``.",
    reads={"pictures": "filters.array", "details": "filters.details"},
    uses=("layer",),
    about="filters",
)


def draw(pictures: np.ndarray, details: dict[str, np.ndarray], layer: str) -> Figure:
    """The pictures of many filters as one numbered grid; crossed out where nothing rose.

    Args:
        pictures: float (F, H, W, C) in [0, 1].
        details: `filters`, `objective_start` and `objective_end` (F,).
    """
    tiles = as_bytes(pictures)
    tiles = tiles if tiles.shape[-1] == 3 else tiles.repeat(3, axis=-1)
    grid = arrange(len(tiles), tiles.shape[2] / tiles.shape[1])
    width, height = grid.size
    silent = details["filters"][details["objective_end"] <= details["objective_start"]].tolist()
    figure = canvas(max(width, 4.0), height + 0.5)
    note = f"{len(silent)} crossed out: nothing raised their response" if silent else ""
    head(figure, f"Layer {layer}: what excites each of its {len(tiles)} filters", note)
    axes = place(figure, 0, 0.5, width, height)
    show_tiles(axes, tiles, grid, details["filters"].tolist(), silent)
    return figure
