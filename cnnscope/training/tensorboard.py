"""Write a training for TensorBoard: scalars, histograms, the graph and example images."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.state import borrowed

if TYPE_CHECKING:
    from cnnscope.training.train import Point

_EXAMPLES = 16


class Events:
    """Writes the event files of a training, one point at a time.

    Args:
        folder: the folder for `tensorboard --logdir`.
        model: the model whose parameters are recorded.
        after: the step at which an interrupted training is resumed, or 0. TensorBoard ignores what
            the interrupted training wrote after this step.
    """

    def __init__(self, folder: Path, model: nn.Module, after: int = 0) -> None:
        # Imported here, because it takes a second, which only a training should spend.
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=after + 1 if after else None)
        self.folder = folder
        self._model, self._parameters = model, dict(model.named_parameters())

    def start(self, images: np.ndarray, log: Callable[[str], None] = print) -> None:
        """Write the model's graph and the first of the training images, uint8 (N, H, W, C)."""
        model = self._model
        example = to_tensor(images[:_EXAMPLES], device_of(model))
        self._writer.add_images("training images", example, 0)
        try:
            with borrowed(model), torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._writer.add_graph(model, example[:1])
        except Exception as error:
            # A model that PyTorch cannot trace can still be trained.
            log(f"TensorBoard gets no graph: {type(error).__name__}: {str(error).splitlines()[0]}")

    def add(self, point: "Point") -> None:
        """Write a point of the curves, and histograms of the weights and their last gradients."""
        for quantity in ("loss", "accuracy"):
            for split in ("training", "validation"):
                value = getattr(point, f"{split}_{quantity}")
                self._writer.add_scalar(f"{quantity}/{split}", value, point.step)
        for name, parameter in self._parameters.items():
            self._writer.add_histogram(f"weights/{name}", parameter.detach().cpu(), point.step)
            if parameter.grad is not None:
                self._writer.add_histogram(f"gradients/{name}", parameter.grad.cpu(), point.step)
        # Must be on disk before the state of the training is stored, which counts it as written.
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()
