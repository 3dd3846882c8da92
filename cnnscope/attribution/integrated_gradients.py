"""Integrated gradients: what each pixel adds to a class's score on the way from a baseline."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._gradients import residual
from cnnscope.attribution._gradients.gradient import logit_gradient, passes
from cnnscope.attribution.baseline import baselines
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Integrated gradients",
    summary="integrated gradients: what each pixel adds to a class's score, from a baseline on",
    paper="Sundararajan, Taly, Yan 2017, Axiomatic Attribution for Deep Networks, "
    "https://arxiv.org/abs/1703.01365",
    units="logits",
    signed=True,
    options={
        "baseline": {
            "enum": ["black", "mean", "blur", "noise", "background"],
            "default": "black",
            "description": "the image that stands for nothing to see: black, the mean colour of "
            "the image, a blurred copy of it, noise, or background images, in the mean over these",
        },
        "background": None,
        "steps": {
            "type": "integer",
            "minimum": 1,
            "default": 50,
            "description": "gradients between a baseline and the image; more of them come nearer "
            "to the integral",
        },
    },
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    baseline: str = "black",
    background: np.ndarray | None = None,
    steps: int = 50,
    seed: int = 0,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The target logit's gradient, integrated on the straight way from a baseline to the image.

    Sundararajan, Taly, Yan 2017, "Axiomatic Attribution for Deep Networks",
    https://arxiv.org/abs/1703.01365, section 3. The integral is a Gauss-Legendre sum. In exact
    integration the values add up to the change of the logit (completeness); what they miss of it
    is the residual.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        baseline: where the way begins, see `cnnscope.attribution.baseline`. Where there are
            several, the values are the mean over them.
        background: uint8 (B, H, W, C), for the baseline `background`.
        steps: gradients on each way.
        seed: together with the content of an image it determines a baseline of noise.
        log: receives a line if an image misses more than a tenth.

    Returns:
        attribution: (N, H, W), signed, in logits, the values added up over the colour channels.
        details: `values` (N, C, H, W); `change` float64 (N,), of the logit from the baseline, in
        the mean over baselines, to the image; `residual` float64 (N,), what the values miss of it,
        as a share of it.

    Raises:
        UserError: the baseline is unknown or has no images; the logits carry no gradient.
    """
    device = device_of(model)
    values, changes, logits = [], [], []
    pairs = list(zip(images, targets, strict=True))
    with borrowed(model), pools_first(model):
        for image, target in tqdm(pairs, disable=None, desc="integrated gradients", unit="image"):
            starts = baselines(image, baseline, seed=seed, background=background)
            starts = torch.from_numpy(starts.astype(np.float32)).permute(0, 3, 1, 2).to(device)
            pixels, target = to_tensor(image[None], device), int(target)
            ways = [_integrated(model, pixels, start[None], target, steps) for start in starts]
            values.append(torch.stack(ways).mean(0).cpu().numpy())
            with torch.no_grad():
                logits.append(model(pixels)[0].double().cpu().numpy())
                before = [float(model(start[None])[0, target]) for start in starts]
            changes.append(logits[-1][target] - np.mean(before))
    values, change, logits = np.stack(values), np.array(changes), np.stack(logits)
    missed = residual.relative(values.sum((1, 2, 3)) - change, change, logits)
    residual.warn("integrated_gradients", missed, "raise integrated_gradients.steps", log)
    values = values.astype(np.float32)
    details = {"values": values, "change": change, "residual": missed}
    return Explanation(values.sum(1), details, facts={"units": METHOD.units})


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The largest residual of any image, and how many are too large."""
    return residual.summary(details["residual"])


def _integrated(
    model: nn.Module, pixels: torch.Tensor, start: torch.Tensor, target: int, steps: int
) -> torch.Tensor:
    """Values float64 (C, H, W) of an image (1, C, H, W) on the way from `start`, of its shape."""
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.legendre.leggauss(steps))
    places = ((1 + nodes) / 2).to(pixels).view(-1, 1, 1, 1)
    weights = (weights / 2).to(pixels.device)
    change = pixels - start
    total = torch.zeros(pixels.shape[1:], dtype=torch.float64, device=pixels.device)
    for part in passes(steps, pixels):
        points = fast_layout(model, start + places[part] * change)
        gradient = logit_gradient(model, points, target)
        total += torch.tensordot(weights[part], gradient.double(), 1)
    return total * change[0]
