"""What TensorBoard shows of a training: scalars, histograms, the graph, example images."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from cnnscope.networks.classifier import to_tensor
from cnnscope.networks.state import borrowed

if TYPE_CHECKING:
    from cnnscope.training.train import Point

_EXAMPLES = 16


class Events:
    """Event files in a folder, a point at a time.

    Args:
        folder: for `tensorboard --logdir`.
        model: whose parameters are watched.
        after: the last step that an earlier, interrupted training has written; what it wrote
            later is withdrawn.
    """

    def __init__(self, folder: Path, model: nn.Module, after: int = 0) -> None:
        # Imported here: it takes a second, which nothing but a training should pay.
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=after + 1 if after else None)
        self.folder = folder
        self._model, self._parameters = model, dict(model.named_parameters())

    def start(self, images: np.ndarray, log: Callable[[str], None] = print) -> None:
        """The model's graph, and the first images, uint8 (N, H, W, C), as an example."""
        model = self._model
        example = to_tensor(images[:_EXAMPLES], next(model.parameters()).device)
        self._writer.add_images("training images", example, 0)
        try:
            with borrowed(model), torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._writer.add_graph(model, example[:1])
        except Exception as error:
            # A model may do what cannot be traced and be trained all the same.
            log(f"TensorBoard gets no graph: {type(error).__name__}: {str(error).splitlines()[0]}")

    def add(self, point: "Point") -> None:
        """A point of the curves, and histograms of the weights and of their last gradients."""
        for quantity in ("loss", "accuracy"):
            for split in ("training", "validation"):
                value = getattr(point, f"{split}_{quantity}")
                self._writer.add_scalar(f"{quantity}/{split}", value, point.step)
        for name, parameter in self._parameters.items():
            self._writer.add_histogram(f"weights/{name}", parameter.detach().cpu(), point.step)
            if parameter.grad is not None:
                self._writer.add_histogram(f"gradients/{name}", parameter.grad.cpu(), point.step)
        # What is written must be there before the state that says so is kept.
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()
