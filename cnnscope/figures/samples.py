"""The image sets, as they are."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.style import blocks, class_name, how_many_images, shortened, show_image

_COLUMNS = 8
_NAMED = 4
# Letters that find room over an image: of its position and its class.
_LETTERS = 22
_EMPTY = 0.1  # of the height of a row: room for its title


def draw(sets: Mapping[str, tuple[np.ndarray, dict]], names: list[str]) -> Figure:
    """A block of images a set, with position and class.

    Args:
        sets: by name, images uint8 (N, H, W, C), and of N images or more, all that are in the set,
            `split`, `positions`, `labels`, `paths`; `empty`, why there is none; `absent_classes`,
            of which there should be one.
    """
    rows = {name: blocks(len(images), _COLUMNS) for name, (images, _) in sets.items()}
    heights = [len(runs) or _EMPTY for runs in rows.values()]
    columns = max((len(run) for runs in rows.values() for run in runs), default=1)
    figure = plt.figure(
        figsize=(max(1.25 * columns, 4), 1.5 * sum(heights) + 0.3 * len(sets)),
        layout="constrained",
    )
    parts = np.atleast_1d(figure.subfigures(len(sets), 1, height_ratios=heights))
    for part, (name, (images, facts)) in zip(parts, sets.items(), strict=True):
        part.suptitle(f"{name} ({_described(len(facts['positions']), facts, names)})", fontsize=9)
        if not len(images):
            continue
        grid = part.subplots(len(rows[name]), columns, squeeze=False)
        for axes in grid.flat:
            axes.axis("off")
        for row, run in enumerate(rows[name]):
            for column, i in enumerate(run):
                show_image(grid[row, column], images[i])
                label = facts["labels"][i]
                # What has no label is known by the name of its file.
                file = facts["paths"][i].rpartition("/")[2]
                truth = file if label < 0 else class_name(names, label)
                title = shortened(f"{facts['positions'][i]}: {truth}", _LETTERS)
                grid[row, column].set_title(title, fontsize=7)
    return figure


def _described(count: int, facts: dict, names: list[str]) -> str:
    if not count:
        return f"empty: {facts['empty']}"
    described = f"{facts['split']}, {how_many_images(count)}"
    absent = [shortened(class_name(names, number)) for number in facts["absent_classes"]]
    if len(absent) > _NAMED:
        absent[_NAMED - 1 :] = [f"{len(absent) - _NAMED + 1} more classes"]
    return described + (f"; none of {', '.join(absent)}" if absent else "")
