"""Deep SHAP by the library: `shap.DeepExplainer`, extended by the modules that it lacks."""

import copy
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import shap
import torch
from shap.explainers._deep import deep_pytorch
from torch import nn
from tqdm import tqdm

# Elementwise modules for which the library has no handler and only warns. For a network with PReLU,
# the error of its values is then as large as the change of the logits.
_MISSING = (
    *("PReLU", "RReLU", "ReLU6", "CELU", "SiLU", "Mish", "Hardtanh", "Hardswish", "Hardsigmoid"),
    *("Hardshrink", "Softshrink", "Tanhshrink", "Softsign", "LogSigmoid", "Threshold"),
)


def shap_values(
    model: nn.Module,
    images: torch.Tensor,
    background: torch.Tensor,
    classes: np.ndarray,
    batch_size: int,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """SHAP values of some classes of each image.

    The model is copied, because the library leaves attributes on its modules, and hooks after an
    error. The background is processed in parts, whose means are combined, to save memory.

    Args:
        model: in evaluation mode, with frozen parameters.
        images: float32 (N, C, H, W) in [0, 1].
        background: float32 (B, C, H, W) in [0, 1].
        classes: int64 (N, L), -1 where there is none.
        batch_size: images in one forward pass; half of them are background images.
        log: receives the warnings of the library.

    Returns:
        float32 (N, L, C, H, W), in logits, NaN where there is no class.
    """
    model = copy.deepcopy(model)
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    values = np.full((*classes.shape, *images.shape[1:]), np.nan, np.float32)
    with handlers(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # Images with the same classes are explained together.
        for asked in np.unique(classes, axis=0):
            rows = np.flatnonzero((classes == asked).all(1))
            known = np.flatnonzero(asked >= 0)
            some = _SomeClasses(model, asked[known].tolist())
            parts = background.split(max(1, batch_size // 2))
            values[np.ix_(rows, known)] = _mean_over(some, images[rows], parts)
    for message in sorted({str(warning.message) for warning in caught}):
        log(f"shap: {message}")
    return values


class _SomeClasses(nn.Module):
    """Logits of some classes only, because the library explains each one that there is."""

    def __init__(self, model: nn.Module, classes: list[int]) -> None:
        super().__init__()
        self._model, self._classes = model, classes

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self._model(images)[:, self._classes]


def _mean_over(model: nn.Module, images: torch.Tensor, parts: Sequence[torch.Tensor]) -> np.ndarray:
    """Values (N, K, C, H, W) of all outputs of `model`, the mean over parts of the background."""
    total, count = 0.0, 0
    for part in tqdm(parts, disable=None, desc="SHAP"):
        explainer = shap.DeepExplainer(model, part)
        values = explainer.shap_values(images, check_additivity=False)
        total = total + np.moveaxis(values, -1, 1) * len(part)
        count += len(part)
    return total / count


@contextmanager
def handlers() -> Iterator[None]:
    """Add handlers for the missing modules to the library's table while the block runs."""
    table = deep_pytorch.op_handler
    added = [name for name in _MISSING if name not in table]
    try:
        table.update(dict.fromkeys(added, deep_pytorch.nonlinear_1d))
        yield
    finally:
        for name in added:
            table.pop(name, None)
