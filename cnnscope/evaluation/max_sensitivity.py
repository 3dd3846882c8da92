"""Max-sensitivity: how far a map moves when the image is changed a little."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.evaluation.metric import Metric
from cnnscope.seeds import stream

METRIC = Metric(
    title="Max-sensitivity",
    summary="how far a map moves when the image is changed a little",
    paper="Yeh, Hsieh, Suggala, Inouye, Ravikumar 2019, On the (In)fidelity and Sensitivity of "
    "Explanations, https://arxiv.org/abs/1901.09392",
    units="largest change, as a share of the map",
    better="lower",
    category="robustness",
    needs=("method",),
    options={
        "samples": {
            "type": "integer",
            "minimum": 1,
            "default": 4,
            "description": "changed copies of an image; each costs a run of the method",
        },
        "radius": {
            "type": "number",
            "minimum": 0.004,
            "maximum": 1,
            "default": 0.02,
            "description": "how far an intensity, from 0 to 1, changes at most; it is rounded to "
            "whole grey levels, 255 of which are 1",
        },
    },
)


def score(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    samples: int,
    radius: float,
    seed: int,
    explain: Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray],
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The largest distance of the map of a changed image to the first one, relative to that.

    Yeh and others 2019, "On the (In)fidelity and Sensitivity of Explanations",
    https://arxiv.org/abs/1901.09392, section 3, by Monte Carlo: each intensity changes by what
    is drawn evenly from -`radius` to `radius`, and stays from 0 to 1. As captum does it, the
    Euclidean distance is divided by the norm of the first map. A method that draws random numbers
    by the content of an image draws others for a changed one, which counts too.

    Args:
        model: float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: (N,) the class that is explained.
        attribution: (N, H, W).
        samples: changed copies of an image.
        radius: from 0.004, a grey level, to 1.
        seed: together with the content of an image it determines its copies.
        explain: the method: a model, images and targets to maps (N, H, W).

    Returns:
        float32 (N,), not negative: 0 for the gradient of a linear model; NaN where the first map is
        0 everywhere.
    """
    sources = [stream(seed, "max_sensitivity", image) for image in images]
    sizes = _norms(attribution)
    largest = np.zeros(len(images))
    for number in range(samples):
        pairs = zip(images, sources, strict=True)
        copies = np.stack([_changed(image, radius, rng) for image, rng in pairs])
        moved = _norms(explain(model, copies, targets).astype(np.float64) - attribution)
        largest = np.maximum(largest, moved)
        log(f"copy {number + 1} of {samples}")
    return np.divide(largest, sizes, out=np.full(len(images), np.nan), where=sizes > 0).astype(
        np.float32
    )


def _changed(image: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.uniform(-radius, radius, image.shape)
    return np.clip(np.rint(image + 255 * drawn), 0, 255).astype(np.uint8)


def _norms(maps: np.ndarray) -> np.ndarray:
    return np.linalg.norm(maps.reshape(len(maps), -1).astype(np.float64), axis=1)
