"""The model as every method sees it: images in [0, 1] in, logits out."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.state import borrowed


class Classifier(nn.Module):
    """A network with its input normalisation inside.

    Attributes:
        network: the user's network; layers are named as it names them.

    Input: float32 (N, C, H, W) in [0, 1]. Output: logits (N, K).
    """

    def __init__(self, network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean).reshape(-1, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(-1, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network((images - self.mean) / self.std)


def check_output(model: nn.Module, size: int, channels: int, classes: int) -> int:
    """Run one blank image; the number of classes that the model knows.

    Raises:
        UserError: the image does not fit the model, the output is no row of logits, or there are
            fewer of them than `classes`.
    """
    device = next(model.parameters()).device
    try:
        with borrowed(model), torch.no_grad():
            output = model(torch.zeros(1, channels, size, size, device=device))
    except RuntimeError as error:
        raise UserError(
            f"model: an image of {channels} x {size} x {size} (image.channels, image.size) does "
            f"not go through it: {error}"
        ) from error
    if not isinstance(output, torch.Tensor) or output.ndim != 2:
        raise UserError("model: its output is no tensor of logits (images, classes)")
    if output.shape[1] < classes:
        raise UserError(
            f"model: it knows {output.shape[1]} classes, the dataset has {classes} "
            f"(labels 0 to {classes - 1}); check model.architecture and model.arguments"
        )
    return output.shape[1]


def to_tensor(images: np.ndarray, device: torch.device) -> torch.Tensor:
    """uint8 (N, H, W, C) to float32 (N, C, H, W) in [0, 1] on `device`."""
    # copy: arrays mapped from a file are read-only, which tensors cannot be.
    moved = torch.from_numpy(images.copy()).to(device).permute(0, 3, 1, 2).contiguous()
    return moved.float().div_(255)


def predict(model: nn.Module, images: np.ndarray, batch_size: int = 64) -> np.ndarray:
    """Logits float32 (N, K) of uint8 images (N, H, W, C); nothing but a batch in memory."""
    device = next(model.parameters()).device
    with borrowed(model), torch.no_grad():
        logits = [
            model(to_tensor(images[start : start + batch_size], device)).cpu().numpy()
            for start in range(0, len(images), batch_size)
        ]
    return np.concatenate(logits)
