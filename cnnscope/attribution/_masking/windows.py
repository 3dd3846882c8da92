"""Windows that slide over an image, and the cells into which their borders cut it."""

from dataclasses import dataclass
from math import ceil

import numpy as np


@dataclass(frozen=True)
class Windows:
    """Windows that cover an image (H, W).

    Attributes:
        segments: int (H, W), the cell of each pixel; no border of a window runs through a cell.
        masks: bool (N, S), for each window the cells that it leaves uncovered.
    """

    segments: np.ndarray
    masks: np.ndarray

    @classmethod
    def of(cls, size: tuple[int, int], window: float, stride: float) -> "Windows":
        """Windows of a share `window` of the sides, `stride` of a window apart."""
        (rows, above), (columns, left) = (_of_axis(length, window, stride) for length in size)
        segments = rows[:, None] * left.shape[1] + columns
        hidden = above[:, None, :, None] & left[None, :, None, :]
        return cls(segments, ~hidden.reshape(len(above) * len(left), -1))

    def mean_over(self, values: np.ndarray) -> np.ndarray:
        """For each pixel (H, W) the mean of the `values` (N,) of the windows that cover it."""
        covers = ~self.masks
        return (values @ covers / covers.sum(0))[self.segments]


def _of_axis(length: int, window: float, stride: float) -> tuple[np.ndarray, np.ndarray]:
    """The cell of each place along an axis, and bool (N, cells), which windows cover it."""
    side = max(1, round(window * length))
    step = max(1, round(stride * side))
    starts = step * np.arange(ceil((length - side) / step) + 1)
    ends = np.minimum(starts + side, length)
    borders = np.unique([*starts, *ends])
    cells = np.searchsorted(borders, np.arange(length), side="right") - 1
    lows = borders[:-1]
    covers = (lows >= starts[:, None]) & (lows < ends[:, None])
    return cells, covers
