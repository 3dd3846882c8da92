"""Occlusion: how far the target's logit falls when a window of the image is hidden."""

from collections.abc import Callable, Mapping

import numpy as np
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.masked_image import MaskedImage, ends_of_all, mean_ends
from cnnscope.attribution._masking.windows import Windows
from cnnscope.attribution.baseline import baselines
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of
from cnnscope.networks.device import possible_precision

METHOD = Method(
    title="Occlusion",
    summary="occlusion: how far a class's score falls when a window of the image is hidden",
    paper="Zeiler, Fergus 2014, Visualizing and Understanding Convolutional Networks, "
    "https://arxiv.org/abs/1311.2901",
    units="logits",
    signed=True,
    target="predicted",
    options={
        "window": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": 0.125,
            "description": "side of the hidden window, as a share of the image's side",
        },
        "stride": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": 0.5,
            "description": "distance from one window to the next, as a share of the window's side",
        },
        "baseline": {
            "enum": ["black", "mean", "blur", "noise", "background"],
            "default": "mean",
            "description": "what replaces a hidden window: black, the image's mean colour, a "
            "blurred copy of it, noise, or background images, in the mean over these",
        },
        "background": None,
        "precision": None,
    },
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    seed: int,
    window: float = 0.125,
    stride: float = 0.5,
    baseline: str = "mean",
    background: np.ndarray | None = None,
    batch_size: int = 32,
    precision: str = "float32",
    log: Callable[[str], None] = print,
) -> Explanation:
    """The mean drop of the target's logit over the windows that hide a pixel.

    Zeiler, Fergus 2014, "Visualizing and Understanding Convolutional Networks",
    https://arxiv.org/abs/1311.2901, section 4.2, as `captum.attr.Occlusion` averages it. The
    windows start at the upper left corner, and those at the far edges end with the image, so each
    pixel is hidden by at least one.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class that is explained.
        seed: together with the content of an image it determines a baseline of noise.
        window: height and width of a window, as shares of the image's; at least one pixel.
        stride: distance from one window to the next, as a share of the window; at least one pixel.
        baseline: what replaces a window, see `cnnscope.attribution.baseline`.
        background: uint8 (B, H, W, C), for the baseline `background`.
        batch_size: masked images that run through the network at once.
        precision: as for LIME.
        log: receives one line at a time.

    Returns:
        attribution: (N, H, W), in logits, signed.
        details: `whole` and `hidden` float64 (N,), the target's probability for the whole image
        and with all of it hidden.

    Raises:
        UserError: unknown `baseline` or `precision`.
    """
    precision = possible_precision(precision, device_of(model), log)
    size = images.shape[1:3]
    forward = MaskedForward(model, size, batch_size=batch_size, precision=precision)
    windows = Windows.of(size, window, stride)
    whole = np.ones((1, windows.masks.shape[1]), bool)
    maps, ends = [], []
    for image, target in zip(tqdm(images, desc="occlusion", disable=None), targets, strict=True):
        hidden = baselines(image, baseline, seed=seed, background=background)
        masked = MaskedImage(forward, image, hidden, log)
        masks = np.concatenate([whole, windows.masks])
        logits = masked.logits(windows.segments, masks)[..., int(target)].mean(0)
        maps.append(windows.mean_over(logits[0] - logits[1:]))
        ends.append(masked.ends(int(target)))
    facts = {"units": METHOD.units, "windows": len(windows.masks), "precision": precision}
    return Explanation(np.stack(maps).astype(np.float32), ends_of_all(ends), facts=facts)


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The mean probabilities of the whole and of the hidden images."""
    return mean_ends(details)
