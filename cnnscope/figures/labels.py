"""Names at points, none over another."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DISTANCES = (6, 14, 26, 40)  # points
# A line of the axes that runs behind a name leaves it readable.
_HALO = withStroke(linewidth=2, foreground="white")
_HORIZONTAL = {1: "left", 0: "center", -1: "right"}
_VERTICAL = {1: "bottom", 0: "center", -1: "top"}


def name_points(
    axes: Axes, x: Sequence[float], y: Sequence[float], names: Sequence[str | None]
) -> int:
    """Write each name as near to its point as it finds room, with a line to it where that is far.

    A point whose name is None gets none, and none is written over it. The layout must be settled,
    for room is measured on the page.

    Returns:
        How many names found no room and were left out.
    """
    renderer = axes.figure.canvas.get_renderer()
    pixels = axes.figure.dpi / 72
    inside = axes.get_window_extent(renderer)
    spots = axes.transData.transform(np.column_stack([x, y]))
    taken = np.concatenate([spots - 4 * pixels, spots + 4 * pixels], axis=1)
    missing = 0
    for place, name in enumerate(names):
        if name is None:
            continue
        for distance in _DISTANCES:
            box = _first_free(axes, renderer, (x[place], y[place]), name, distance, inside, taken)
            if box is not None:
                taken = np.concatenate([taken, [box.extents]])
                break
        else:
            missing += 1
    return missing


def _first_free(
    axes: Axes, renderer, point, name: str, distance: int, inside: Bbox, taken: np.ndarray
) -> Bbox | None:
    """Write `name` at `distance` points from `point`; its box, or None where all is taken.

    Args:
        taken: (boxes, 4), left, lower, right and upper ends in pixels.
    """
    for right, up in _DIRECTIONS:
        line = {"arrowstyle": "-", "color": "0.6", "linewidth": 0.5} if distance > 6 else None
        written = axes.annotate(
            name, point, (right * distance, up * distance), textcoords="offset points",
            ha=_HORIZONTAL[right], va=_VERTICAL[up], fontsize=7.5, arrowprops=line,
            path_effects=[_HALO],
        )  # fmt: skip
        written.update_positions(renderer)
        # Of the text alone; an annotation's own box has its line in it.
        box = Text.get_window_extent(written, renderer)
        whole = inside.x0 <= box.x0 and box.x1 <= inside.x1
        whole = whole and inside.y0 <= box.y0 and box.y1 <= inside.y1
        if whole and not _overlaps(box, taken):
            return box
        written.remove()
    return None


def _overlaps(box: Bbox, others: np.ndarray) -> bool:
    """Whether a box overlaps one of the others or touches it."""
    beside = (box.max < others[:, :2]) | (others[:, 2:] < box.min)
    return not beside.any(1).all()
