"""Deep SHAP without repeated forward passes."""

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._shap.batches import fitting
from cnnscope.attribution._shap.deep_tape import Tape
from cnnscope.networks.layout import fast_layout


def shap_values(
    model: nn.Module,
    images: torch.Tensor,
    background: torch.Tensor,
    classes: np.ndarray,
    batch_size: int,
) -> np.ndarray:
    """SHAP values of some classes of each image, as `shap.DeepExplainer` defines them.

    For each pair of an image and a background image, the change of the logits is propagated back
    to the pixels, through linear functions by their derivative and through all others by their
    multiplier (`deep_rules`). The forward pass of the background is shared by all images, and that
    of an image by all classes, so each class costs only a backward pass over the background.

    Args:
        model: in evaluation mode, with frozen parameters.
        images: float32 (N, C, H, W) in [0, 1].
        background: float32 (B, C, H, W) in [0, 1].
        classes: int64 (N, L), -1 where there is none.
        batch_size: the most background images in one pass.

    Returns:
        float32 (N, L, C, H, W), in logits, NaN where there is no class.

    Raises:
        UnsupportedModelError: the model uses a function for which there is no rule.
    """
    batch_size = fitting(images, batch_size)
    images, background = (fast_layout(model, one) for one in (images, background))
    tape = Tape(model)
    total = 0.0
    for part in tqdm(background.split(batch_size), disable=None, desc="SHAP"):
        total = total + _over_part(tape, images, part.detach().requires_grad_(), classes)
    return (total / len(background)).cpu().numpy()


def _over_part(
    tape: Tape, images: torch.Tensor, part: torch.Tensor, classes: np.ndarray
) -> torch.Tensor:
    """Values (N, L, C, H, W), summed over the background images in `part`."""
    logits = tape.record(part)
    values = images.new_full((*classes.shape, *images.shape[1:]), torch.nan)
    for i, image in enumerate(images.split(1)):
        tape.follow(image)
        change = image - part.detach()
        for column in np.flatnonzero(classes[i] >= 0):
            one = logits.new_zeros(logits.shape[1])
            one[classes[i, column]] = 1
            weights = one.expand_as(logits)
            (multiplier,) = torch.autograd.grad(logits, part, weights, retain_graph=True)
            values[i, column] = (change * multiplier).sum(0)
    return values
