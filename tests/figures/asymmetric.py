"""Arrays in which every row, class and image differs, and what is read back from a figure.

On a symmetric matrix or on equal images a transposed or repeated one looks right.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis

NAMES = ["bread", "egg", "soup", "rice"]
# True class by predicted class; 10, 8, 5 and 4 images of the four classes.
COUNTS = np.array([[5, 3, 2, 0], [1, 6, 0, 1], [0, 4, 1, 0], [2, 0, 1, 1]])
MIXUPS = [
    {"true": "soup", "predicted": "egg", "count": "4", "rate": "0.8"},
    {"true": "bread", "predicted": "egg", "count": "3", "rate": "0.3"},
]
# Three images of 6 x 8, no two pixels alike: 0, 1, 2, ... 431 of 0 to 255.
IMAGES = (np.arange(432) * 37 % 251).astype(np.uint8).reshape(3, 6, 8, 3)
LABELS = np.array([2, 0, -1])
# Softmax of logarithms gives the shares back.
SHARES = np.array([[0.1, 0.2, 0.6, 0.1], [0.15, 0.7, 0.05, 0.1], [0.3, 0.1, 0.1, 0.5]])
LOGITS = np.log(SHARES)
JUDGED = [
    "label: 2  predict: 2\nsoup\n✓ soup 60%",
    "label: 0  predict: 1\nbread\n✗ egg 70%",
    "predict: 3\nrice 50%",
]


def drawn(axes: Axes, place: int = 0) -> np.ndarray:
    """The array of an image on the axes; that of a grid of tiles, opaque floats, as uint8."""
    array = np.asarray(axes.images[place].get_array())
    if array.shape[2:] != (4,):
        return array
    assert (array[..., 3] == 1).all()
    return (array[..., :3] * 255).round().astype(np.uint8)


def shades(axes: Axes, place: int = 0) -> np.ndarray:
    """The image on the axes as it looks, (h, w, 3): through its norm and colour map."""
    picture = axes.images[place]
    return np.asarray(picture.to_rgba(picture.get_array()))[..., :3]


def limits(axes: Axes, place: int = 0) -> tuple[float, float]:
    """What the first and the last colour of an image on the axes stand for."""
    return axes.images[place].get_clim()


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def names_on(axis: Axis) -> list[str]:
    return [tick.get_text() for tick in axis.get_ticklabels()]
