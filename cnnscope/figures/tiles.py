"""Many small pictures as one: a numbered grid, drawn as a single image."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from cnnscope.figures.style import bare

# Inches.
_SMALLEST, _LARGEST, _WIDTH = 0.3, 1.0, 8.0
_GAP, _NUMBER, _MARGIN = 0.06, 0.11, 0.1
# Fewer pixels than this would round the gaps away.
_PIXELS = 32


def canvas(width: float, height: float) -> Figure:
    """A figure for axes placed by `place`: `width` x `height` inches and a margin."""
    return plt.figure(figsize=(width + 2 * _MARGIN, height + 2 * _MARGIN))


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes on a `canvas`, in inches from its top left corner."""
    whole_width, whole_height = figure.get_size_inches()
    bottom = whole_height - _MARGIN - top - height
    corner = (left + _MARGIN) / whole_width, bottom / whole_height
    return figure.add_axes((*corner, width / whole_width, height / whole_height))


def head(figure: Figure, title: str, note: str = "") -> None:
    """A title on a `canvas`, and a line below it: the upper 0.45 inches."""
    width, height = figure.get_size_inches()
    left = _MARGIN / width
    figure.text(left, 1 - _MARGIN / height, title, size=11, weight="bold", va="top")
    figure.text(left, 1 - (_MARGIN + 0.22) / height, note, va="top")


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
    tiles = _enlarged(tiles)
    count, height, width, _ = tiles.shape
    an_inch = height / grid.tile[0]
    above, gap = (max(1, round(part * an_inch)) for part in (_NUMBER, _GAP))
    cells = np.full((grid.rows * grid.columns, above + height + gap, width + gap, 3), 255, np.uint8)
    cells[:count, above : above + height, :width] = tiles
    cells = cells.reshape(grid.rows, grid.columns, *cells.shape[1:])
    whole = cells.transpose(0, 2, 1, 3, 4).reshape(grid.rows * (above + height + gap), -1, 3)
    axes.imshow(_as_drawn(whole), interpolation="antialiased", aspect="auto")
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


def _as_drawn(picture: np.ndarray) -> np.ndarray:
    """uint8 (h, w, 3) as opaque float32 (h, w, 4) in [0, 1].

    matplotlib would make the same of it, in float64 and with masks: that takes five times as long.
    """
    drawn = np.ones((*picture.shape[:2], 4), np.float32)
    np.divide(picture, 255, out=drawn[..., :3])
    return drawn


def strips(maps: np.ndarray) -> np.ndarray:
    """uint8 (T, N, h, w, 3) as T tiles, each of N pictures side by side with white gaps."""
    maps = _enlarged(maps)
    white = np.full((len(maps), maps.shape[2], max(1, maps.shape[2] // 16), 3), 255, np.uint8)
    parts = [part for n in range(maps.shape[1]) for part in (white, maps[:, n])]
    return np.concatenate(parts[1:], axis=2)


def _enlarged(pictures: np.ndarray) -> np.ndarray:
    """(..., h, w, 3) with every pixel repeated until gaps have a width of their own."""
    times = -(-_PIXELS // pictures.shape[-3])
    return pictures.repeat(times, axis=-3).repeat(times, axis=-2)
