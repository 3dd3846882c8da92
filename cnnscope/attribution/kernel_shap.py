"""Kernel SHAP: what each superpixel adds to the target's probability, shared out fairly."""

from collections.abc import Callable, Mapping

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._kernel_shap.coalitions import coalitions
from cnnscope.attribution._kernel_shap.shapley import shapley_values
from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.masked_image import MaskedImage, ends_of_all, mean_ends
from cnnscope.attribution._masking.superpixels import segment
from cnnscope.attribution.baseline import baselines
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of
from cnnscope.networks.device import possible_precision
from cnnscope.seeds import stream

METHOD = Method(
    title="Kernel SHAP",
    summary="Kernel SHAP: Shapley values of superpixels for the probability of a class",
    paper="Lundberg, Lee 2017, A Unified Approach to Interpreting Model Predictions, "
    "https://arxiv.org/abs/1705.07874",
    units="probability per superpixel",
    signed=True,
    target="predicted",
    options={
        "samples": {
            "type": "integer",
            "minimum": 10,
            "default": 1000,
            "description": "masked copies of each image; of up to 10 superpixels all that there "
            "are",
        },
        "segmentation": None,
        "baseline": {
            "enum": ["black", "mean", "blur", "noise", "background"],
            "default": "mean",
            "description": "what replaces a hidden superpixel: black, its mean colour, a blurred "
            "copy of it, noise, or that of background images, in the mean over these",
        },
        "background": None,
        "precision": None,
    },
)
# The values add up by construction, but for rounding.
_LARGEST_RESIDUAL = 1e-6


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    segmentation: Mapping,
    seed: int,
    samples: int = 1000,
    baseline: str = "mean",
    background: np.ndarray | None = None,
    batch_size: int = 32,
    precision: str = "float32",
    log: Callable[[str], None] = print,
) -> Explanation:
    """The Shapley value of each superpixel for the target's softmax probability.

    Lundberg, Lee 2017, "A Unified Approach to Interpreting Model Predictions",
    https://arxiv.org/abs/1705.07874, section 4.1. The values are exact where there are 10
    superpixels or fewer, and otherwise a regression on sampled masks in pairs of opposites (Covert,
    Lee 2021, https://arxiv.org/abs/2012.01536) under the constraint that they add up to the change
    of the probability from the hidden image to the whole one (efficiency).

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that is explained.
        segmentation: see `cnnscope.attribution._masking.superpixels.segment`.
        seed: together with the content of an image it determines the masks of that image.
        samples: masks of an image with more than 10 superpixels, besides all and nothing.
        baseline: what replaces a hidden superpixel, see `cnnscope.attribution.baseline`; `mean`
            is the superpixel's own.
        background: uint8 (B, H, W, C), for the baseline `background`.
        batch_size: masked images that run through the network at once.
        precision: as for LIME.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), in probability per superpixel, signed.
        details: `segments` int32 (N, H, W), the superpixel of each pixel; `values` float64 (N, S),
        with NaN after the last superpixel of an image; `whole` and `hidden` float64 (N,), the
        target's probability for the whole image and with all of it hidden; `residual` float64
        (N,), not negative, by which the values miss the difference of these.

    Raises:
        UserError: unknown segmentation, `baseline` or `precision`.
    """
    precision = possible_precision(precision, device_of(model), log)
    forward = MaskedForward(model, images.shape[1:3], batch_size=batch_size, precision=precision)
    segments, values, ends = [], [], []
    for image, target in zip(tqdm(images, desc="kernel_shap", disable=None), targets, strict=True):
        parts = segment(image, segmentation, seed)
        hidden = baselines(image, baseline, seed=seed, regions=parts, background=background)
        masked = MaskedImage(forward, image, hidden, log)
        whole, nothing = masked.ends(int(target))
        rng = stream(seed, "kernel_shap", image)
        masks, weights = coalitions(int(parts.max()) + 1, samples, rng)
        probability = masked.probabilities(parts, masks)[:, int(target)]
        segments.append(parts)
        ends.append((whole, nothing))
        values.append(shapley_values(masks, weights, probability - nothing, whole - nothing))
    details = {"segments": np.stack(segments), "values": _padded(values)} | ends_of_all(ends)
    total = np.array([own.sum() for own in values])
    details["residual"] = np.abs(total - (details["whole"] - details["hidden"]))
    worst = float(details["residual"].max())
    if worst > _LARGEST_RESIDUAL:
        log(f"warning: the values of an image miss its change of probability by {worst:.1g}")
    maps = [own[parts] for own, parts in zip(values, segments, strict=True)]
    facts = {"units": METHOD.units, "samples": samples, "precision": precision}
    return Explanation(np.stack(maps).astype(np.float32), details, facts=facts)


def _padded(rows: list[np.ndarray]) -> np.ndarray:
    padded = np.full((len(rows), max(map(len, rows))), np.nan)
    for place, row in zip(padded, rows, strict=True):
        place[: len(row)] = row
    return padded


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The number of superpixels of each image, the largest residual, and the mean probabilities."""
    counts = [int(segments.max()) + 1 for segments in details["segments"]]
    residual = float(details["residual"].max())
    return {"superpixels": counts, "largest_residual": residual} | mean_ends(details)
