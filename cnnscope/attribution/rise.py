"""RISE: how likely the target is, in the mean over random soft masks that show a pixel."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.masked_image import MaskedImage, ends_of_all, mean_ends
from cnnscope.attribution._masking.soft_grids import cell_side, cells_of_pixels
from cnnscope.attribution.baseline import baselines
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of
from cnnscope.networks.device import possible_precision
from cnnscope.seeds import stream

METHOD = Method(
    title="RISE",
    summary="RISE: how likely a class is while random soft masks show a pixel",
    paper="Petsiuk, Das, Saenko 2018, RISE: Randomized Input Sampling for Explanation of Black-box "
    "Models, https://arxiv.org/abs/1806.07421",
    units="probability",
    signed=False,
    relative=True,
    target="predicted",
    options={
        "samples": {
            "type": "integer",
            "minimum": 2,
            "default": 1000,
            "description": "random masks of each image; the paper takes 4000 to 8000, with several "
            "times as much noise from as many",
        },
        "cells": {
            "type": "integer",
            "minimum": 2,
            "default": 8,
            "description": "of the small grid along each side that is enlarged to a mask",
        },
        "probability": {
            "type": "number",
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 1,
            "default": 0.5,
            "description": "with which a cell is shown",
        },
        "baseline": {
            "enum": ["black", "mean", "blur", "noise", "background"],
            "default": "black",
            "description": "what shines through where a mask hides: black, the image's mean "
            "colour, a blurred copy of it, noise, or background images, in the mean over these",
        },
        "background": None,
        "precision": None,
    },
)
# Masks with one shift share what the first layers make of them; each further shift costs time, and
# averages over the places of the grid.
_OF_ONE_SHIFT = 250


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    seed: int,
    samples: int = 1000,
    cells: int = 8,
    probability: float = 0.5,
    baseline: str = "black",
    background: np.ndarray | None = None,
    batch_size: int = 32,
    precision: str = "float32",
    log: Callable[[str], None] = print,
) -> Explanation:
    """The expected probability of the target, given that a pixel is shown.

    Petsiuk, Das, Saenko 2018, "RISE", https://arxiv.org/abs/1806.07421, equation 6: the mean of
    f(I * M) M(x) over masks M, divided by the expectation of M(x), here the probability p of a
    cell. A mask is a grid of random cells, enlarged by bilinear interpolation and cut at a random
    shift. 250 masks have one shift, because these share the early layers.

    Of f its mean is subtracted before it is weighted and added afterwards,
    mean f + sum (f - mean f) M(x) / ((N - 1) p). The expectation is the same, since that of M(x)
    is p everywhere, and the noise of mean f times M(x) is gone, which is most of it.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that is explained.
        seed: together with the content of an image it determines its masks.
        samples: masks of each image.
        cells: of a grid along each side.
        probability: with which a cell is shown.
        baseline: what shines through where a mask hides, see `cnnscope.attribution.baseline`.
        background: uint8 (B, H, W, C), for the baseline `background`.
        batch_size: masked images that run through the network at once.
        precision: as for LIME.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), in probability; its expectation is not negative.
        details: `whole` and `hidden` float64 (N,), the target's probability for the whole image
        and with all of it hidden.

    Raises:
        UserError: unknown `baseline` or `precision`.
    """
    precision = possible_precision(precision, device_of(model), log)
    size = images.shape[1:3]
    forward = MaskedForward(model, size, batch_size=batch_size, precision=precision)
    maps, ends = [], []
    for image, target in zip(tqdm(images, desc="rise", disable=None), targets, strict=True):
        hidden = baselines(image, baseline, seed=seed, background=background)
        masked = MaskedImage(forward, image, hidden, log)
        groups = _groups(stream(seed, "rise", image), size, samples, cells, probability)
        maps.append(_expectation(masked, int(target), groups, probability))
        ends.append(masked.ends(int(target)))
    facts = {"units": METHOD.units, "samples": samples, "precision": precision}
    return Explanation(np.stack(maps).astype(np.float32), ends_of_all(ends), facts=facts)


def _groups(
    rng: np.random.Generator, size: tuple[int, int], samples: int, cells: int, probability: float
) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
    """Shifts, and the grids that are enlarged at each, bool (n, cells * cells)."""
    for start in range(0, samples, _OF_ONE_SHIFT):
        shift = tuple(int(rng.integers(0, cell_side(length, cells))) for length in size)
        count = min(_OF_ONE_SHIFT, samples - start)
        yield shift, rng.random((count, cells * cells)) < probability


def _expectation(masked: MaskedImage, target: int, groups, probability: float) -> np.ndarray:
    """The estimate for each pixel, float64 (H, W)."""
    size, count, total = masked.image.shape[:2], 0, 0.0
    shown, weighted = np.zeros(size), np.zeros(size)
    for shift, masks in groups:
        cells = round(masks.shape[1] ** 0.5)
        numbers, shares = cells_of_pixels(size, cells, shift)
        found = masked.probabilities(numbers, masks, shares)[:, target]
        # A sum over masks is linear in their cells: no mask of the image's size is ever made.
        weighted += ((found @ masks)[numbers] * shares).sum(2)
        shown += (masks.sum(0)[numbers] * shares).sum(2)
        count, total = count + len(masks), total + found.sum()
    mean = total / count
    return mean + (weighted - mean * shown) / ((count - 1) * probability)


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The mean probabilities of the whole and of the hidden images."""
    return mean_ends(details)
