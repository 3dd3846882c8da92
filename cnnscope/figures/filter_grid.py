"""What excites each of many filters."""

import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import as_bytes
from cnnscope.figures.tiles import arrange, canvas, head, place, show_tiles

CHART = Chart(
    title="{layer}",
    category="Filters",
    caption="For each filter of {the_layer}, with its number: the picture that excites it "
    "most, found by gradient ascent from white noise. Crossed out: nothing raised its "
    "response.\n\n"
    "A response is the mean over the stronger half of a map. Changed by: ``filters.layers``, "
    "``filters.start``, ``filters.steps``, ``filters.images``.",
    reads={
        "pictures": "filters.array",
        "details": "filters.details",
        "facts": "filters.facts",
    },
    about="filters",
)


def draw(pictures: np.ndarray, details: dict[str, np.ndarray], facts: dict) -> Figure:
    """The pictures of many filters as one numbered grid; crossed out where nothing rose.

    Args:
        pictures: float (F, H, W, C) in [0, 1].
        details: `filters`, `objective_start` and `objective_end` (F,).
        facts: `layer` and perhaps its `role`.
    """
    tiles = as_bytes(pictures)
    tiles = tiles if tiles.shape[-1] == 3 else tiles.repeat(3, axis=-1)
    grid = arrange(len(tiles), tiles.shape[2] / tiles.shape[1])
    width, height = grid.size
    silent = details["filters"][details["objective_end"] <= details["objective_start"]].tolist()
    notes = [facts["role"]] if "role" in facts else []
    # Nothing beyond the canvas is seen.
    figure = canvas(max(width, 5.5 if notes else 4.0), height + 0.5)
    notes += [f"{len(silent)} crossed out: nothing raised their response"] if silent else []
    title = f"Layer {facts['layer']}: what excites each of its {len(tiles)} filters"
    head(figure, title, "; ".join(notes))
    axes = place(figure, 0, 0.5, width, height)
    show_tiles(axes, tiles, grid, details["filters"].tolist(), silent)
    return figure
