"""What the channels of layers make of images."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnnscope.figures.style import bare, colormap
from cnnscope.figures.tiles import arrange, canvas, head, place, show_tiles, strips

_PERCENTILE = 99.75
_STRIP, _TILE = 16, 64
# Inches: above the tiles, beside them, and for the names of layers.
_HEAD, _BAR, _NAMES = 1.4, 0.9, 2.6
_SCALES = {
    "shared": "output of the layer",
    "own": "each channel from its least to its greatest",
}


def draw_layer(
    images: np.ndarray, maps: np.ndarray, facts: dict, scale: str, map_name: str
) -> Figure:
    """Every channel of a layer as a tile with its number: its maps of all images, side by side.

    Dead channels are crossed out.

    Args:
        images: uint8 (N, H, W, C), along the top.
        maps: float (N or more, C, h, w).
        facts: `layer`, `type`, `shape` of all maps, and `dead`, the channels that are dead in all.
        scale: `shared` by the channels of the layer, or each channel its `own`.
    """
    channels = maps[: len(images)].swapaxes(0, 1)
    low, high = _range(channels) if scale == "shared" else _own_ranges(channels)
    tiles = strips(_painted((channels - low) / (high - low), map_name))
    grid = arrange(len(channels), tiles.shape[2] / tiles.shape[1])
    width, height = grid.size
    size = " x ".join(map(str, maps.shape[1:]))
    title = f"Layer {facts['layer']}: {facts['type']}, {size}"
    figure = canvas(max(width + _BAR, 0.085 * len(title), 4.0), _HEAD + height)
    head(figure, title, _deaths(facts["shape"], facts["dead"]))
    _show_row(place(figure, 0, 0.5, max(width, 3.0), 0.8), images)
    show_tiles(
        place(figure, 0, _HEAD, width, height), tiles, grid, range(len(channels)), facts["dead"]
    )
    bar = place(figure, width + 0.05, _HEAD + 0.1, 0.12, min(height, 4.0) - 0.1)
    shared = Normalize(low, high) if scale == "shared" else Normalize(0, 1)
    figure.colorbar(ScalarMappable(shared, colormap(map_name)), cax=bar, label=_SCALES[scale])
    return figure


def draw_overview(
    image: np.ndarray, layers: Sequence[tuple[np.ndarray, dict]], map_name: str
) -> Figure:
    """A strip a layer: the first channels' maps of one image, each layer on its own scale.

    Args:
        image: uint8 (H, W, C).
        layers: (maps (C, h, w), facts with `layer`, `type`, `shape`, `dead`), in order.
    """
    strip = [_strip(maps, map_name) for maps, _ in layers]
    gap = np.full((_TILE // 8, strip[0].shape[1], 3), 255, np.uint8)
    whole = np.concatenate([part for one in strip for part in (one, gap)][:-1])
    width, height = 0.42 * _STRIP, 0.47 * len(layers)
    figure = canvas(_NAMES + width, _HEAD + height)
    head(
        figure,
        f"What each layer makes of one image: its channels 0 to {_STRIP - 1}",
        "each layer on its own scale; white: there is no such channel",
    )
    _show_row(place(figure, _NAMES, 0.5, width, 0.8), image[None])
    axes = place(figure, _NAMES, _HEAD, width, height)
    axes.imshow(whole, interpolation="antialiased", aspect="auto")
    bare(axes)
    for row, (_, facts) in enumerate(layers):
        size = " x ".join(map(str, facts["shape"][1:]))
        dead = f", {len(facts['dead'])} dead" if facts["dead"] else ""
        axes.text(
            -_TILE / 4, (row + 0.45) * (_TILE + len(gap)),
            f"{facts['layer']}\n{facts['type']}, {size}{dead}", ha="right", va="center", size=7,
        )  # fmt: skip
    return figure


def _strip(maps: np.ndarray, map_name: str) -> np.ndarray:
    """The first channels as squares of one size side by side, white where there are fewer."""
    low, high = _range(maps)
    shown = maps[:_STRIP]
    rows, columns = (np.arange(_TILE) * n // _TILE for n in shown.shape[1:])
    tiles = _painted((shown[:, rows][:, :, columns] - low) / (high - low), map_name)
    filled = np.full((_STRIP, *tiles.shape[1:]), 255, np.uint8)
    filled[: len(tiles)] = tiles
    return strips(filled[None])[0]


def _show_row(axes: Axes, images: np.ndarray) -> None:
    colours = images if images.shape[-1] == 3 else images.repeat(3, axis=-1)
    axes.imshow(strips(colours[None])[0])
    axes.set_anchor("W")
    bare(axes)


def _range(values: np.ndarray) -> tuple[float, float]:
    """From the least to the greatest but for single spikes, 0 included, never empty."""
    low, high = np.percentile(values, (100 - _PERCENTILE, _PERCENTILE))
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    return (low, high) if high > low else (low, low + 1.0)


def _own_ranges(channels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = (f(axis=(1, 2, 3), keepdims=True) for f in (channels.min, channels.max))
    return low, np.where(high > low, high, low + 1)


def _painted(shares: np.ndarray, map_name: str) -> np.ndarray:
    """The colours of values from 0 to 1, (T, ...), as uint8 (T, ..., 3)."""
    painted = np.empty((*shares.shape, 3), np.uint8)
    # One by one, because what a tile takes on its way fits the processor's cache.
    for tile, own in zip(painted, shares, strict=True):
        tile[...] = colormap(map_name)(own.clip(0, 1), bytes=True)[..., :3]
    return painted


def _deaths(shape: Sequence[int], dead: Sequence[int]) -> str:
    count, channels = shape[:2]
    images = "the image" if count == 1 else f"the {count} images"
    if math.prod(shape) == channels:
        return "one value a channel: none can be called dead"
    return f"{len(dead)} of {channels} channels dead (crossed out): constant over {images}"
