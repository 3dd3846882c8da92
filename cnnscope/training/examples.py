"""What the batches of a training are drawn from: images, or what a frozen part makes of them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from cnnscope.networks.classifier import device_of, logits_of, predict, to_tensor
from cnnscope.networks.state import borrowed
from cnnscope.seeds import stream
from cnnscope.training.augment import augment

_BATCH = 64


class Images:
    """Images, uint8 (N, H, W, C), which are changed at random when they are drawn.

    Attributes:
        labels: (N,).
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self._images, self.labels = images, labels

    def drawn(
        self, chosen: np.ndarray, shift: float, rng: np.random.Generator, device: torch.device
    ) -> list[torch.Tensor]:
        """What the model gets for the images at the indices `chosen`, in tensors with a row each.

        Args:
            shift: the largest shift, as a share of the image height.
        """
        return [to_tensor(augment(self._images[chosen], shift, rng), device)]

    def logits(self, model: nn.Module) -> np.ndarray:
        """Logits, float32 (N, K), of the images as they are."""
        return predict(model, self._images)


class Features:
    """What the frozen part of a network makes of images, in files, several copies of each image.

    Args:
        front: maps images (N, C, H, W) to a tuple of tensors with a row an image each.
        images, labels: uint8 (N, H, W, C), and (N,).
        folder: for the files, which are mapped into memory.
        copies: how many. The first is the image as it is, the second is mirrored, and all others
            are shifted at random, and mirrored or not.
        shift: the largest shift, as a share of the image height.
        seed: of the shifts.
        precision: `float32`, or `bfloat16` for the matrix products; the files have that of the
            tensors.

    Attributes:
        labels: (N,).
        shapes: of the tensors, without their first axis.
        size: bytes of all files.
    """

    def __init__(
        self,
        front: nn.Module,
        images: np.ndarray,
        labels: np.ndarray,
        folder: Path,
        *,
        copies: int = 1,
        shift: float = 0.0,
        seed: int = 0,
        precision: str = "float32",
    ) -> None:
        self.labels, self._copies = labels, copies
        self._files: list[_File] = []
        folder.mkdir(parents=True, exist_ok=True)
        device = device_of(front)
        rows = copies * len(images)
        for copy in range(copies):
            for start in range(0, len(images), _BATCH):
                batch = _changed(images[start : start + _BATCH], copy, shift, seed, start)
                with (
                    borrowed(front),
                    torch.no_grad(),
                    torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16"),
                ):
                    made = front(to_tensor(batch, device))
                if not self._files:
                    paths = (folder / f"{number}.npy" for number in range(len(made)))
                    self._files = [_File(*one, rows) for one in zip(paths, made, strict=True)]
                for file, part in zip(self._files, made, strict=True):
                    file.write(copy * len(images) + start, part)
        self.shapes = [file.shape for file in self._files]
        self.size = sum(file.size for file in self._files)

    def drawn(
        self, chosen: np.ndarray, shift: float, rng: np.random.Generator, device: torch.device
    ) -> list[torch.Tensor]:
        """One of the copies of each image at the indices `chosen`; they are shifted already."""
        rows = rng.integers(self._copies, size=len(chosen)) * len(self.labels) + chosen
        return [file.read(rows).to(device) for file in self._files]

    def logits(self, model: nn.Module) -> np.ndarray:
        """Logits, float32 (N, K), that the rest of the network makes of the first copies."""
        device = device_of(model)
        logits = []
        with borrowed(model), torch.no_grad():
            for start in range(0, len(self.labels), _BATCH):
                rows = np.arange(start, min(start + _BATCH, len(self.labels)))
                parts = (file.read(rows).to(device) for file in self._files)
                logits.append(logits_of(model(*parts)).cpu().numpy())
        return np.concatenate(logits)


Examples = Images | Features
# Images and labels, or what was made of them.
Split = tuple[np.ndarray, np.ndarray] | Features


def examples_of(split: Split) -> Examples:
    """What a training draws from a split."""
    return split if isinstance(split, Features) else Images(*split)


def score(model: nn.Module, examples: Examples) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over a split, without smoothing or augmentation."""
    logits = torch.from_numpy(examples.logits(model))
    truth = torch.from_numpy(np.asarray(examples.labels)).long()
    loss = F.cross_entropy(logits, truth)
    return float(loss), float((logits.argmax(1) == truth).float().mean())


def _changed(images: np.ndarray, copy: int, shift: float, seed: int, start: int) -> np.ndarray:
    if copy == 0:
        return images
    if copy == 1:
        return images[:, :, ::-1]
    return augment(images, shift, stream(seed, "copy", copy, start))


class _File:
    """A tensor in a file, with the order of its axes in memory, which decides the last bits."""

    def __init__(self, path: Path, like: torch.Tensor, rows: int) -> None:
        self.shape = tuple(like.shape[1:])
        self._last = like.ndim == 4 and like.is_contiguous(memory_format=torch.channels_last)
        self._dtype = like.dtype
        stored = self._stored(like)
        self._array = np.lib.format.open_memmap(
            path, mode="w+", dtype=stored.dtype, shape=(rows, *stored.shape[1:])
        )
        self.size = self._array.nbytes

    def write(self, row: int, part: torch.Tensor) -> None:
        self._array[row : row + len(part)] = self._stored(part)

    def read(self, rows: Sequence[int] | np.ndarray) -> torch.Tensor:
        part = torch.from_numpy(self._array[rows])
        part = part.view(self._dtype) if self._dtype == torch.bfloat16 else part
        return part.permute(0, 3, 1, 2) if self._last else part

    def _stored(self, part: torch.Tensor) -> np.ndarray:
        part = (part.permute(0, 2, 3, 1) if self._last else part).cpu().contiguous()
        # NumPy has no bfloat16.
        return (part.view(torch.int16) if part.dtype == torch.bfloat16 else part).numpy()
