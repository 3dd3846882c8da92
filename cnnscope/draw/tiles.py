"""Many small pictures as one: a numbered grid, drawn as a single image."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from cnnscope.draw.style import bare

# Inches.
_SMALLEST, _LARGEST, _WIDTH = 0.3, 1.3, 8.0
_GAP, _NUMBER = 0.06, 0.11
# Fewer pixels than this would round the gaps away.
_PIXELS = 32


@dataclass(frozen=True)
class Grid:
    """Where tiles lie: `columns` to a row, each `tile` inches (height, width)."""

    columns: int
    rows: int
    tile: tuple[float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in inches."""
        height, width = self.tile
        return self.columns * (width + _GAP), self.rows * (height + _NUMBER + _GAP)


def arrange(count: int, aspect: float) -> Grid:
    """A grid about as wide as high for `count` tiles, each `aspect` times as wide as high."""
    height = float(np.clip(_WIDTH / np.sqrt(count * aspect), _SMALLEST, _LARGEST))
    width = height * aspect
    columns = round(np.sqrt(count * (height + _NUMBER + _GAP) / (width + _GAP)))
    columns = min(max(columns, 1), count)
    return Grid(columns, -(-count // columns), (height, width))


def show_tiles(
    axes: Axes,
    tiles: np.ndarray,
    grid: Grid,
    numbers: Sequence[int],
    crossed: Collection[int] = (),
) -> None:
    """Draw `tiles` with a number above each, as one image.

    Args:
        tiles: uint8 (T, h, w, 3).
        grid: from `arrange`; the axes should have its size.
        numbers: (T,), what stands above the tiles.
        crossed: those of `numbers` whose tile is crossed out.
    """
    grown = -(-_PIXELS // tiles.shape[1])
    tiles = tiles.repeat(grown, axis=1).repeat(grown, axis=2)
    count, height, width, _ = tiles.shape
    an_inch = height / grid.tile[0]
    above, gap = (max(1, round(part * an_inch)) for part in (_NUMBER, _GAP))
    cells = np.full((grid.rows * grid.columns, above + height + gap, width + gap, 3), 255, np.uint8)
    cells[:count, above : above + height, :width] = tiles
    cells = cells.reshape(grid.rows, grid.columns, *cells.shape[1:])
    whole = cells.transpose(0, 2, 1, 3, 4).reshape(grid.rows * (above + height + gap), -1, 3)
    axes.imshow(whole, interpolation="antialiased", aspect="auto")
    bare(axes)
    crosses = []
    for place, number in enumerate(numbers):
        top = place // grid.columns * (above + height + gap) + above - 0.5
        left = place % grid.columns * (width + gap) - 0.5
        dead = number in crossed
        text = axes.text(
            left, top - 0.12 * above, f"{number}", fontsize=5.5, va="bottom",
            color="tab:red" if dead else "black", weight="bold" if dead else "normal",
        )  # fmt: skip
        # The grid leaves room for it; measuring hundreds of texts takes longer than all else.
        text.set_in_layout(False)
        if dead:
            right, bottom = left + width, top + height
            crosses += [[(left, top), (right, bottom)], [(left, bottom), (right, top)]]
    axes.add_collection(LineCollection(crosses, colors="tab:red", linewidths=0.6))


def strips(maps: np.ndarray, gap: int = 1) -> np.ndarray:
    """uint8 (T, N, h, w, 3), side by side with a white gap: (T, h, N * w + (N - 1) * gap, 3)."""
    white = np.full((len(maps), maps.shape[2], gap, 3), 255, np.uint8)
    parts = [part for n in range(maps.shape[1]) for part in (white, maps[:, n])]
    return np.concatenate(parts[1:], axis=2)
