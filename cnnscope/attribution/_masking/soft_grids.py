"""Small grids that are enlarged to soft masks by bilinear interpolation."""

from math import ceil

import numpy as np


def cell_side(length: int, cells: int) -> int:
    """So many pixels wide is the range of shifts along an axis of `length` pixels."""
    return ceil(length / cells)


def cells_of_pixels(
    size: tuple[int, int], cells: int, shift: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """The cells of a grid that have a share in each pixel of a mask.

    The grid is enlarged to one cell's side more than the image, and the image's part of it begins
    at `shift`, from (0, 0) to one cell's side.

    Args:
        size: height and width of the image.
        cells: of the grid, along each side.
        shift: pixels cut off above and at the left.

    Returns:
        int (H, W, 4), numbers of cells row by row, and their shares, float64 (H, W, 4), whose sum
        is 1.
    """
    (rows, down), (columns, across) = (
        _of_axis(*axis, cells) for axis in zip(size, shift, strict=True)
    )
    numbers = rows[:, None, :, None] * cells + columns[None, :, None, :]
    shares = down[:, None, :, None] * across[None, :, None, :]
    return numbers.reshape(*size, 4), shares.reshape(*size, 4)


def _of_axis(length: int, shift: int, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """The two cells around each place along an axis, and their shares, (length, 2)."""
    enlarged = (cells + 1) * cell_side(length, cells)
    # Centres of pixels lie between centres of cells; beyond the outermost ones these go on.
    place = (np.arange(length) + shift + 0.5) * cells / enlarged - 0.5
    place = place.clip(0, cells - 1)
    lower = np.floor(place).astype(int)
    share = place - lower
    return (
        np.stack([lower, np.minimum(lower + 1, cells - 1)], 1),
        np.stack([1 - share, share], 1),
    )
