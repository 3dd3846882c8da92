"""Images over their attribution maps."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnnscope.figures.style import blocks, class_name, colormap, show_judged, upper_bound

_COLUMNS = 6
_PERCENTILE = 99.5


def draw(
    images: np.ndarray,
    maps: np.ndarray,
    details: dict[str, np.ndarray],
    names: list[str],
    units: str,
    map_name: str,
    *,
    signed: bool,
    label: str,
    title: str,
) -> Figure:
    """A row of images over a row of maps, in blocks of six.

    Args:
        images: uint8 (N, H, W, C).
        maps: float (N or more, H, W), raw; each is shown up to the 99.5th percentile of its values
            without their signs.
        details: `labels`, `targets` (N or more,) and `logits` (N or more, K).
        units: of the maps.
        map_name: the colour map; where the maps are signed, its middle stands for 0.
        signed: whether values below 0 are to be told from 0.
        label: what the colours mean.
    """
    least = -1 if signed else 0
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
            bound = upper_bound(maps[i], _PERCENTILE)
            lower.imshow(maps[i], cmap=colormap(map_name), vmin=least * bound, vmax=bound)
            lower.set_title(f"{class_name(names, details['targets'][i])}: 1.0 = {bound:.2g}")
    bar = figure.colorbar(
        ScalarMappable(Normalize(least, 1), colormap(map_name)),
        ax=grid,
        shrink=0.6,
        aspect=30,
        pad=0.02,
    )
    bar.set_label(label)
    figure.supxlabel(f"1.0 of each map is given above it, in {units}", fontsize=7)
    figure.suptitle(title)
    return figure
