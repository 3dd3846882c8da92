"""What a filter looks for, beside where it finds it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.style import bare, colormap, show_image, upper_bound
from cnnscope.figures.tiles import arrange, canvas, head, place, show_tiles


def draw(
    images: np.ndarray,
    pictures: np.ndarray,
    details: dict[str, np.ndarray],
    layer: str,
    units: str,
    map_name: str,
) -> Figure:
    """A row a filter: the picture that excites it most, then its activation map on each image.

    Args:
        images: uint8 (N, H, W, C), along the top.
        pictures: float (F, H, W, C) in [0, 1].
        details: `filters` (F,), `objective_start`, `objective_end` (F,), and of N images or more
            `activations` (F, N, h, w) and `objective_images` (F, N).
    """
    rows, columns = 1 + len(pictures), 1 + len(images)
    figure, grid = plt.subplots(
        rows, columns, figsize=(1.65 * columns + 0.8, 1.8 * rows + 0.5), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    bare(grid[0, 0])
    grid[0, 0].text(
        0.5, 0.02, "most exciting\npicture", ha="center", transform=grid[0, 0].transAxes
    )
    for column, image in enumerate(images, 1):
        show_image(grid[0, column], image)
    for row, number in enumerate(details["filters"]):
        shown, maps = grid[row + 1], details["activations"][row, : len(images)]
        show_image(shown[0], _as_image(pictures[row]))
        shown[0].set_ylabel(f"filter {number}")
        start, end = details["objective_start"][row], details["objective_end"][row]
        shown[0].set_title(f"{start:.2f} → {end:.2f}")
        # Negative responses are part of the answer before an activation function.
        low = min(0.0, -upper_bound(np.minimum(maps, 0), 99.5)) if (maps < 0).any() else 0.0
        high = upper_bound(np.maximum(maps, 0), 99.5)
        for column, one in enumerate(maps):
            painted = shown[column + 1].imshow(one, cmap=colormap(map_name), vmin=low, vmax=high)
            shown[column + 1].set_title(f"{details['objective_images'][row, column]:.2f}")
            bare(shown[column + 1])
        figure.colorbar(painted, ax=shown[1:], shrink=0.8, pad=0.01, label="activation")
    figure.suptitle(f"Layer {layer}: what excites its filters, and where they respond")
    figure.supxlabel(f"number above: response. {units}", fontsize=7)
    return figure


def draw_all(pictures: np.ndarray, details: dict[str, np.ndarray], layer: str) -> Figure:
    """The pictures of many filters as one numbered grid; crossed out where nothing rose.

    Args:
        pictures: float (F, H, W, C) in [0, 1].
        details: `filters`, `objective_start` and `objective_end` (F,).
    """
    tiles = _as_image(pictures)
    tiles = tiles if tiles.shape[-1] == 3 else tiles.repeat(3, axis=-1)
    grid = arrange(len(tiles), tiles.shape[2] / tiles.shape[1])
    width, height = grid.size
    silent = details["filters"][details["objective_end"] <= details["objective_start"]].tolist()
    figure = canvas(max(width, 4.0), height + 0.5)
    note = f"{len(silent)} crossed out: nothing raised their response" if silent else ""
    head(figure, f"Layer {layer}: what excites each of its {len(tiles)} filters", note)
    axes = place(figure, 0, 0.5, width, height)
    show_tiles(axes, tiles, grid, details["filters"].tolist(), silent)
    return figure


def draw_altered(
    images: np.ndarray,
    pictures: np.ndarray,
    details: dict[str, np.ndarray],
    layer: str,
    units: str,
) -> Figure:
    """The photographs; for each filter a row of what they became and a row of the change.

    Args:
        images: uint8 (N, H, W, C).
        pictures: float (F, N or more, H, W, C) in [0, 1].
        details: `filters` (F,), `objective_start` and `objective_end` (F, N or more).
    """
    pictures = pictures[:, : len(images)]
    change = pictures - images / np.float32(255)
    bound = upper_bound(change, 99.5)
    figure, grid = plt.subplots(
        1 + 2 * len(pictures), len(images), squeeze=False, layout="constrained",
        figsize=(1.6 * len(images) + 0.7, 1.65 + 3.5 * len(pictures)),
    )  # fmt: skip
    for axes, image in zip(grid[0], images, strict=True):
        show_image(axes, image)
    grid[0, 0].set_ylabel("original")
    for row, number in enumerate(details["filters"]):
        became, changed = grid[1 + 2 * row : 3 + 2 * row]
        became[0].set_ylabel(f"filter {number}")
        changed[0].set_ylabel("change")
        for column in range(len(images)):
            show_image(became[column], _as_image(pictures[row, column]))
            start, end = (details[f"objective_{at}"][row, column] for at in ("start", "end"))
            became[column].set_title(f"{start:.2f} → {end:.2f}")
            signed = (0.5 + change[row, column] / (2 * bound)).clip(0, 1)
            show_image(changed[column], _as_image(signed))
    figure.suptitle(f"Layer {layer}: photographs changed to excite its filters")
    figure.supxlabel(
        f"number above: response. change: grey for none, black for −{bound:.2f}, "
        f"white for +{bound:.2f}.\n{units}",
        fontsize=7,
    )
    return figure


def _as_image(pictures: np.ndarray) -> np.ndarray:
    return (pictures * 255).round().astype(np.uint8)
