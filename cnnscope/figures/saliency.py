"""Images over their saliency maps."""

import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures import maps as attribution_maps


def draw(
    images: np.ndarray,
    maps: np.ndarray,
    details: dict[str, np.ndarray],
    names: list[str],
    units: str,
    map_name: str,
) -> Figure:
    """As `cnnscope.figures.maps.draw`, for maps (N, H, W) >= 0 of absolute gradients."""
    return attribution_maps.draw(
        images,
        maps,
        details,
        names,
        units,
        map_name,
        signed=False,
        label="|gradient| of the named class's score",
        title="Saliency: the pixels that the class score would notice first",
    )
