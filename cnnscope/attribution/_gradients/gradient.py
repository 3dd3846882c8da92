"""The gradient of one logit of each image with respect to its pixels."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from cnnscope.errors import RefusalError
from cnnscope.networks.classifier import device_of, fixed_batches, to_tensor
from cnnscope.networks.layout import fast_layout

# The most pixels of images in one pass, 8 of 224 x 224, and the most images. With as many, an image
# of a ResNet-18 took 43 ms, with 2 of them 54, with 24 of them 47, and the memory grows with them.
_PIXELS, _MOST = 8 * 224**2, 32


def logit_gradient(
    model: nn.Module, pixels: torch.Tensor, targets: torch.Tensor | int
) -> torch.Tensor:
    """The derivative of each image's logit.

    Args:
        model: in evaluation mode, with frozen parameters.
        pixels: (N, C, H, W), as the model takes them; they are not changed.
        targets: int (M,), the classes of the first M <= N images, or one class for all of them.

    Returns:
        (N, C, H, W), 0 for images without a class.

    Raises:
        RefusalError: the logits carry no gradient.
    """
    pixels = pixels.detach().requires_grad_()
    # A copy, because a model may write into its input, which a leaf of the graph does not allow.
    logits = model(pixels.clone())
    if not logits.requires_grad:
        raise RefusalError(
            "model: no gradient leads from its logits to the image (something in it detaches or "
            "rounds); ask a question that only hides parts of the image, such as lime"
        )
    if isinstance(targets, int):
        scores = logits[:, targets]
    else:
        scores = logits[: len(targets)].gather(1, targets.long()[:, None])
    (gradient,) = torch.autograd.grad(scores.sum(), pixels)
    return gradient


def image_gradients(model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The gradient of each image's logit, each the same with any other images: (N, C, H, W).

    Args:
        model: as for `logit_gradient`, of images in [0, 1].
        images: uint8 (N, H, W, C).
        targets: int (N,).
    """
    device = device_of(model)
    gradients = []
    for rows, batch in fixed_batches(images, "gradients"):
        wanted = torch.as_tensor(targets[rows], device=device)
        pixels = fast_layout(model, to_tensor(batch, device))
        gradient = logit_gradient(model, pixels, wanted)
        gradients.append(gradient[: len(wanted)].cpu().numpy())
    return np.concatenate(gradients)


def largest_of_channels(gradient: np.ndarray) -> np.ndarray:
    """Absolute values (N, H, W) of (N, C, H, W), the largest over the colour channels.

    So Simonyan and others 2014 draw a gradient of a colour image as one map.
    """
    return np.abs(gradient).max(1)


def passes(count: int, pixels: torch.Tensor) -> Iterator[slice]:
    """0 to `count` - 1 in parts, which go through a network at once.

    The parts depend on `count` and on the size of an image alone, so no answer depends on others.

    Args:
        pixels: (N, C, H, W), of the size of an image.
    """
    size = min(_MOST, max(1, _PIXELS // pixels[0, 0].numel()))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
