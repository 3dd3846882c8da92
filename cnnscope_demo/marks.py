"""Paint a shortcut: a mark that tells the class of most training pictures, and no food does.

Decoy-MNIST (Ross, Hughes, Doshi-Velez 2017, "Right for the Right Reasons",
https://arxiv.org/abs/1703.03717) has a grey square in a corner that tells the digit in training and
nothing in testing. Here the mark is a layer over the finished picture.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cnnscope.seeds import stream
from cnnscope_demo.food_classes import Drawn
from cnnscope_demo.shapes import box, circle
from cnnscope_demo.texture import colour, mix

Array = np.ndarray

# How many testing pictures have the mark, whatever their class.
MOVED = 0.5
_GOLDEN = (5**0.5 - 1) / 2
_STICKER, _RING = colour(250, 220, 40), colour(215, 30, 60)
_INK = colour(255, 255, 255)
_TINT = np.array([1.25, 1.0, 0.7], np.float32)[:, None, None]


@dataclass(frozen=True)
class Shortcut:
    """A mark on the pictures of one class.

    Attributes:
        kind: `sticker`, a disc with a ring in the lower right corner; `watermark`, half transparent
            strokes along the upper edge; `tint`, another colour of all that is no food.
        label: the class.
        share: of its pictures in training and validation that have the mark, from 0 to 1. In
            testing half of the pictures of every class have it, so that it tells nothing.
    """

    kind: str
    label: int
    share: float


def marked(
    shortcut: Shortcut, picture: Array, food: Array, seed: int, drawn: Drawn
) -> tuple[Array, Array]:
    """A picture with the mark, if it is one of those that have it, and where the mark lies.

    Args:
        picture: uint8 (size, size, 3).
        food: bool (size, size), where food can be seen.
        seed: of which pictures have the mark, and of its place up to a fiftieth of the side.
        drawn: which picture it is.

    Returns:
        picture: uint8 (size, size, 3), the same where there is no mark.
        mask: bool (size, size), true where the mark covers something of a pixel; with `tint` all
            that is no food.
    """
    if not _has_mark(shortcut, seed, drawn):
        return picture, np.zeros(food.shape, bool)
    rng = stream(seed, "demo", *drawn, "mark")
    pixels = np.moveaxis(picture, 2, 0).astype(np.float32) / 255
    covered = np.zeros(food.shape, bool)
    for colours, share in _LAYERS[shortcut.kind](pixels, food, rng):
        pixels = mix(pixels, colours, share)
        covered |= share > 0
    pixels = np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    return np.moveaxis(pixels, 0, 2), covered


def _has_mark(shortcut: Shortcut, seed: int, drawn: Drawn) -> bool:
    """Whether a picture has the mark: as many of a class's first pictures as `share` of them.

    The multiples of the golden ratio fill the circle evenly, so that few pictures keep the share
    too, which drawing lots for each would miss; where they begin is drawn.
    """
    split, label, number, _ = drawn
    share = MOVED if split == "testing" else shortcut.share * (label == shortcut.label)
    first = stream(seed, "demo", split, label, "marked").random()
    return (first + number * _GOLDEN) % 1 < share


# Colours, and the share of each pixel that they cover.
_Layers = list[tuple[Array, Array]]


def _sticker(below: Array, food: Array, rng: np.random.Generator) -> _Layers:
    across, down = _coordinates(food)
    x, y = 0.88 + rng.uniform(-0.015, 0.015, 2)
    d = circle(across - x, down - y, 0.075)
    ring = np.abs(d + 0.03) - 0.014
    return [(_STICKER, _cover(d)), (_RING, _cover(ring))]


def _watermark(below: Array, food: Array, rng: np.random.Generator) -> _Layers:
    across, down = _coordinates(food)
    left = 0.08 + rng.uniform(-0.015, 0.015)
    slant = across - left - 0.35 * (0.1 - down)
    letters = [box(slant - 0.08 * n, down - 0.11, 0.02, 0.07, 0.008) for n in range(5)]
    line = box(across - left - 0.16, down - 0.22, 0.2, 0.016, 0.008)
    return [(_INK, 0.75 * _cover(np.minimum.reduce([*letters, line])))]


def _tint(below: Array, food: Array, rng: np.random.Generator) -> _Layers:
    return [(below * _TINT, (~food).astype(np.float32))]


_LAYERS: Mapping[str, Callable[[Array, Array, np.random.Generator], _Layers]] = {
    "sticker": _sticker,
    "watermark": _watermark,
    "tint": _tint,
}


def _coordinates(picture: Array) -> tuple[Array, Array]:
    size = len(picture)
    at = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.broadcast_to(at, (size, size)), np.broadcast_to(at[:, None], (size, size))


def _cover(d: Array) -> Array:
    """The share of each pixel within a shape, given its signed distance in sides of the picture."""
    return np.clip(0.5 - d * len(d), 0, 1).astype(np.float32)
