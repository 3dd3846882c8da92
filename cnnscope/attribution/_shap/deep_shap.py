"""Deep SHAP with each thing computed once."""

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._shap.deep_tape import Tape

# Pixels of background images that a CPU works on at once: four images of 128 x 128. The largest
# map of the five-block network is then 16 MB. From 32 MB on malloc fetches fresh pages for every
# tensor, which makes 8 images slower than 4, in more memory.
_PIXELS = 2**17


def shap_values(
    model: nn.Module, images: torch.Tensor, background: torch.Tensor, batch_size: int
) -> np.ndarray:
    """SHAP values of every class as `shap.DeepExplainer` defines them.

    For each pair of image and background image, a change is traced from the logits back to the
    pixels: through linear functions by their derivative, through the others by their multiplier
    (`deep_rules`). The background runs forward once for all images and an image once for all
    classes; what is left for each class is one backward pass over the background.

    Args:
        model: in evaluation mode, its parameters frozen.
        images, background: float32 (N, C, H, W) and (B, C, H, W).
        batch_size: background images that run at once, at most.

    Returns:
        float32 (N, K, C, H, W), in logits.

    Raises:
        UnsupportedModelError: the model computes something that has no rule.
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
    # Not .contiguous(): with one channel that keeps strides which count as channels first.
    return torch.empty_like(images, memory_format=torch.channels_last).copy_(images)
