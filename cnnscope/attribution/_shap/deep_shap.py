"""Deep SHAP without repeated forward passes."""

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._shap.deep_tape import Tape

# The most pixels of background images in one pass on a CPU: those of eight images of 128 x 128. The
# largest feature map of the five-block network, of 64 channels, then has 32 MB.
_PIXELS = 2**17


def shap_values(
    model: nn.Module, images: torch.Tensor, background: torch.Tensor, batch_size: int
) -> np.ndarray:
    """SHAP values of every class as `shap.DeepExplainer` defines them.

    For each pair of an image and a background image, the change of the logits is propagated back
    to the pixels, through linear functions by their derivative and through all others by their
    multiplier (`deep_rules`). The forward pass of the background is shared by all images, and that
    of an image by all classes, so each class costs only a backward pass over the background.

    Args:
        model: in evaluation mode, with frozen parameters.
        images: float32 (N, C, H, W) in [0, 1].
        background: float32 (B, C, H, W) in [0, 1].
        batch_size: the most background images in one pass.

    Returns:
        float32 (N, K, C, H, W), in logits.

    Raises:
        UnsupportedModelError: the model uses a function for which there is no rule.
    """
    if images.device.type == "cpu":
        batch_size = min(batch_size, max(1, _PIXELS // images[0, 0].numel()))
    images, background = _fast_layout(images), _fast_layout(background)
    tape = Tape(model)
    total = 0.0
    for part in tqdm(background.split(batch_size), disable=None, desc="SHAP"):
        total = total + _over_part(tape, images, part.detach().requires_grad_())
    return (total / len(background)).cpu().numpy()


def _over_part(tape: Tape, images: torch.Tensor, part: torch.Tensor) -> torch.Tensor:
    """Values (N, K, C, H, W), summed over the background images in `part`."""
    logits = tape.record(part)
    classes = torch.eye(logits.shape[1], dtype=logits.dtype, device=logits.device)
    values = images.new_empty(len(images), len(classes), *images.shape[1:])
    for i, image in enumerate(images.split(1)):
        tape.follow(image)
        change = image - part.detach()
        for k, one in enumerate(classes):
            weights = one.expand_as(logits)
            (multiplier,) = torch.autograd.grad(logits, part, weights, retain_graph=True)
            values[i, k] = (change * multiplier).sum(0)
    return values


def _fast_layout(images: torch.Tensor) -> torch.Tensor:
    if images.device.type != "cpu":
        return images
    # For one channel, .contiguous() would keep strides that PyTorch takes for channels first.
    return torch.empty_like(images, memory_format=torch.channels_last).copy_(images)
