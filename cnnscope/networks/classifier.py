"""The model that all methods use, which maps images in [0, 1] to logits."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.state import borrowed

# The most images that are explained together, and the pixels of as many as are worth it: on a
# processor, large images are no faster together than one by one (ResNet-18, 224 x 224: 57 ms alone,
# 52 ms in a batch of 4), and small ones are (112 x 112: 31, 18 in a batch of 2, 14 of 4).
_MOST = 4
_PIXELS = 2**15


class Classifier(nn.Module):
    """A network together with the normalisation of its input.

    Input: float32 (N, C, H, W) in [0, 1]. Output: logits (N, K).

    Attributes:
        network: the user's network, whose names of layers are used.
        mean, std: (C, 1, 1); the network gets (images - mean) / std.
    """

    def __init__(self, network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean).reshape(-1, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(-1, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network((images - self.mean) / self.std)


def check_output(model: nn.Module, size: int, channels: int, classes: int | None) -> int:
    """Run a black image (1, channels, size, size) through the model to check its output.

    Returns:
        The number of classes of the model, `classes` or more where that is known.

    Raises:
        UserError: the model does not take images of this shape, its output is no tensor of logits
            (N, K), or K is less than `classes`.
    """
    device = device_of(model)
    try:
        with borrowed(model), torch.no_grad():
            output = model(torch.zeros(1, channels, size, size, device=device))
    except (RuntimeError, AssertionError) as error:
        raise UserError(
            f"model: an image of {channels} x {size} x {size} (image.channels, image.size) does "
            f"not go through it: {error}"
        ) from error
    if not isinstance(output, torch.Tensor) or output.ndim != 2:
        raise UserError("model: its output is no tensor of logits (images, classes)")
    if classes and output.shape[1] < classes:
        raise UserError(
            f"model: it knows {output.shape[1]} classes, the dataset has {classes} "
            f"(labels 0 to {classes - 1}); check model.architecture and model.arguments"
        )
    return output.shape[1]


def device_of(model: nn.Module) -> torch.device:
    """Where the parameters and buffers of a model are; the CPU, where it has none."""
    held = next(chain(model.parameters(), model.buffers()), None)
    return torch.device("cpu") if held is None else held.device


def logits_of(output: torch.Tensor | Sequence[torch.Tensor]) -> torch.Tensor:
    """The logits in what a network gives; some give those of auxiliary classifiers behind them."""
    return output if isinstance(output, torch.Tensor) else output[0]


def to_tensor(images: np.ndarray, device: torch.device) -> torch.Tensor:
    """Convert uint8 images (N, H, W, C) to float32 (N, C, H, W) in [0, 1] on `device`."""
    # Copied, because an array mapped from a file is read-only, which tensors do not support.
    moved = torch.from_numpy(images.copy()).to(device).permute(0, 3, 1, 2).contiguous()
    return moved.float().div_(255)


def fixed_batches(
    images: np.ndarray, progress: str | None = None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Batches that all have the same number of images, the last filled up with black ones.

    The number of images in a batch decides which kernel computes it, and so the last bits of each
    image's answer. With one number for all images of a size an answer follows from the image alone,
    however many others there are and wherever it stands among them.

    Args:
        progress: the name of a bar that shows how far they are; None for no bar.

    Yields:
        The rows of the images in a batch, and the batch, uint8 (B, H, W, C), B from 4 for small
        images to 1 for large ones: the answers to its first images are those of the rows.
    """
    count = min(_MOST, max(1, _PIXELS // (images.shape[1] * images.shape[2])))
    starts = range(0, len(images), count)
    for start in tqdm(starts, desc=progress, disable=None if progress else True):
        batch = images[start : start + count]
        filled = np.zeros((count, *images.shape[1:]), images.dtype)
        filled[: len(batch)] = batch
        yield slice(start, start + len(batch)), filled


def predict_each(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """Logits float32 (N, K) of uint8 images (N, H, W, C), each the same with any others."""
    batches = fixed_batches(images)
    return np.concatenate(
        [predict(model, batch)[: rows.stop - rows.start] for rows, batch in batches]
    )


def predict_variants(model: nn.Module, variants: np.ndarray) -> np.ndarray:
    """Logits float32 (V, K) of uint8 variants (V, H, W, C) of one image.

    Their batches follow from their number alone, so they may be larger than those of `predict_each`
    and an answer still does not hang on other images.
    """
    return predict(model, variants, batch_size=8)


def predict(model: nn.Module, images: np.ndarray, batch_size: int = 64) -> np.ndarray:
    """Logits, float32 (N, K), of uint8 images (N, H, W, C).

    The images may be mapped from a file; only one batch at a time is loaded.
    """
    device = device_of(model)
    with borrowed(model), torch.no_grad():
        parts = (
            to_tensor(images[start : start + batch_size], device)
            for start in range(0, len(images), batch_size)
        )
        logits = [model(fast_layout(model, part)).cpu().numpy() for part in parts]
    return np.concatenate(logits)
