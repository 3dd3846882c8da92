"""Focus: how much of the relevance in a mosaic of images lies on those of the explained class."""

from collections.abc import Callable
from itertools import islice

import numpy as np

from cnnscope.evaluation._localisation import positive_share
from cnnscope.evaluation.metric import Metric
from cnnscope.seeds import stream

METRIC = Metric(
    title="Focus",
    summary="how much of the relevance in a mosaic of four images lies on the two of the class",
    paper="Arias-Duart, Parés, Garcia-Gasulla, Giménez-Ábalos 2022, Focus! Rating XAI Methods and "
    "Finding Biases, https://arxiv.org/abs/2109.15035",
    units="share of positive relevance",
    better="higher",
    category="localisation",
    needs=("method", "examples"),
)


def score(
    model: object,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    labels: np.ndarray,
    examples: np.ndarray,
    example_labels: np.ndarray,
    explain: Callable[[object, np.ndarray, np.ndarray], np.ndarray],
    seed: int,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The share of positive relevance on the two tiles of the explained class in a mosaic of four.

    The mosaic of an image shows the image, an example of its class and two examples of other
    classes, at places drawn at random. What is explained is the true class of the image, whichever
    class the map that is scored explains: only of that two tiles are known to show it. Each tile
    has half the height and width of the image, because many networks take images of one size only;
    the paper has tiles of full size.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        labels: (N,) the true class, -1 where unknown.
        examples: uint8 (M, H, W, C), what the other tiles are drawn from; an example that is equal
            to the image is passed over.
        example_labels: (M,), -1 where unknown, which is not drawn.
        explain: `explain(model, images, targets)`, the method run anew, gives float32 (N, H, W).
        seed: together with the content of an image and its class it determines the mosaic.

    Returns:
        float32 (N,) from 0 to 1, 0.5 for a constant positive map; NaN where the class is unknown,
        there are too few examples, or no value on the tiles is positive.
    """
    scores = np.full(len(images), np.nan, np.float32)
    mosaics, tiles, rows = [], [], []
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        rng = stream(seed, "focus", image, int(label))
        parts = [image, *_others(image, int(label), examples, example_labels, rng)]
        if len(parts) == 4:
            mosaic, places = _mosaic(parts, rng)
            mosaics.append(mosaic)
            tiles.append(places)
            rows.append(row)
    if rows:
        maps = explain(model, np.stack(mosaics), np.asarray(labels)[rows])
        scores[rows] = [_focus(*one) for one in zip(maps, tiles, strict=True)]
    log(f"{len(rows)} of {len(images)} images have a mosaic: those of a known class with examples")
    return scores


def _others(
    image: np.ndarray,
    label: int,
    examples: np.ndarray,
    example_labels: np.ndarray,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """An example of the class and two of others; fewer where there are no more."""
    if label < 0:
        return []
    same = example_labels == label
    drawn = []
    for candidates, count in ((same, 1), (~same & (example_labels >= 0), 2)):
        different = (
            examples[place]
            for place in rng.permutation(np.flatnonzero(candidates))
            if not np.array_equal(examples[place], image)
        )
        drawn += islice(different, count)
    return drawn


def _mosaic(
    parts: list[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, list[tuple[slice, slice]]]:
    """Four images at half their size in one, and where each of them lies.

    Where a side is odd, the last line of pixels repeats the one before it and belongs to no tile.
    """
    height, width = parts[0].shape[0] // 2, parts[0].shape[1] // 2
    mosaic = np.empty((2 * height, 2 * width, parts[0].shape[2]), np.uint8)
    places = []
    for part, place in zip(parts, rng.permutation(4), strict=True):
        top, left = place // 2 * height, place % 2 * width
        places.append((slice(top, top + height), slice(left, left + width)))
        blocks = part[: 2 * height, : 2 * width].reshape(height, 2, width, 2, -1)
        mosaic[places[-1]] = np.rint(blocks.mean((1, 3)))
    beyond = [(0, whole - tiled) for whole, tiled in zip(parts[0].shape, mosaic.shape, strict=True)]
    return np.pad(mosaic, beyond, mode="edge"), places


def _focus(values: np.ndarray, places: list[tuple[slice, slice]]) -> float:
    """The share on the first two tiles, which show the class, of what lies on all four."""
    tiles = np.stack([values[place] for place in places])
    return positive_share(tiles, np.arange(4) < 2)
