"""SmoothGrad: the gradient of a class's score, averaged over noisy copies of the image."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._gradients.gradient import (
    largest_of_channels,
    logit_gradient,
    passes,
)
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed
from cnnscope.seeds import stream

METHOD = Method(
    title="SmoothGrad",
    summary="SmoothGrad: the gradient of a class's score over noisy copies of the image",
    paper="Smilkov, Thorat, Kim, Viégas, Wattenberg 2017, SmoothGrad: removing noise by adding "
    "noise, https://arxiv.org/abs/1706.03825; its square and variance: Adebayo, Gilmer, "
    "Goodfellow, Kim 2018, Local Explanation Methods for Deep Neural Networks Lack Sensitivity to "
    "Parameter Values, https://arxiv.org/abs/1810.03307",
    units="logits per unit of intensity",
    signed=False,
    options={
        "samples": {
            "type": "integer",
            "minimum": 1,
            "default": 50,
            "description": "noisy copies of an image",
        },
        "noise": {
            "type": "number",
            "minimum": 0,
            "default": 0.15,
            "description": "standard deviation of the noise, as a share of the range between the "
            "darkest and the brightest value of the image",
        },
        "reduce": {
            "enum": ["mean", "square", "variance"],
            "default": "mean",
            "description": "of the copies' gradients: their mean, the mean of their squares "
            "(SmoothGrad-Squared), or their variance (VarGrad)",
        },
    },
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    samples: int = 50,
    noise: float = 0.15,
    reduce: str = "mean",
    seed: int = 0,
    log: Callable[[str], None] = print,
) -> Explanation:
    """Mean, mean square or variance of the target logit's gradient over noisy copies of an image.

    Smilkov and others 2017, "SmoothGrad", https://arxiv.org/abs/1706.03825, section 2; Adebayo and
    others 2018, https://arxiv.org/abs/1810.03307, for the square and the variance. The noise is
    normal and is not clipped to [0, 1], as in the paper.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        samples: noisy copies of an image, at least 1.
        noise: standard deviation, as a share of the largest less the smallest value of the image.
        reduce: `mean`, `square` or `variance`.
        seed: together with the content of an image it determines its noise.

    Returns:
        attribution: (N, H, W), not negative: the absolute value, the largest over the colour
        channels, in logits per unit of intensity; by `square` and `variance` the square of that.
        details: `gradient` (N, C, H, W), the mean (signed), mean square or variance.

    Raises:
        UserError: the logits carry no gradient.
    """
    reduced = []
    with borrowed(model), pools_first(model):
        for image, target in tqdm(
            list(zip(images, targets, strict=True)), disable=None, desc="SmoothGrad", unit="image"
        ):
            rng = stream(seed, "smoothgrad", image)
            first, second = _moments(model, image, int(target), samples, noise, rng)
            variance = np.maximum(second - first**2, 0)
            reduced.append({"mean": first, "square": second, "variance": variance}[reduce])
    gradient = np.stack(reduced).astype(np.float32)
    units = METHOD.units if reduce == "mean" else f"squared {METHOD.units}"
    return Explanation(
        largest_of_channels(gradient), {"gradient": gradient}, facts={"units": units}
    )


def _moments(
    model: nn.Module,
    image: np.ndarray,
    target: int,
    samples: int,
    noise: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the gradient and of its square over noisy copies: float64 (C, H, W) each."""
    pixels = to_tensor(image[None], device_of(model))
    deviation = noise * float(pixels.max() - pixels.min())
    first = torch.zeros(pixels.shape[1:], dtype=torch.float64, device=pixels.device)
    second = torch.zeros_like(first)
    for part in passes(samples, pixels):
        shape = (part.stop - part.start, *pixels.shape[1:])
        drawn = torch.from_numpy(rng.standard_normal(shape, np.float32)).to(pixels.device)
        noisy = fast_layout(model, pixels + deviation * drawn)
        gradient = logit_gradient(model, noisy, target).double()
        first += gradient.sum(0)
        second += (gradient**2).sum(0)
    return (first / samples).cpu().numpy(), (second / samples).cpu().numpy()
