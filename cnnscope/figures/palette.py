"""A colour map as numbers, for what is painted elsewhere."""

import numpy as np

from cnnscope.figures.style import colormap


def palette(name: str) -> np.ndarray:
    """uint8 (256, 3): the colours of matplotlib's map from its first to its last.

    Raises:
        UserError: matplotlib knows no such map.
    """
    return colormap(name)(np.linspace(0, 1, 256), bytes=True)[:, :3]
