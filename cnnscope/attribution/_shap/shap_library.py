"""Deep SHAP by the library: `shap.DeepExplainer`, extended by the modules that it lacks."""

import copy
import warnings
from collections.abc import Callable, Iterator
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
    batch_size: int,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """SHAP values of every class.

    The model is copied, because the library leaves attributes on its modules, and hooks after an
    error. The background is processed in parts, whose means are combined, to save memory.

    Args:
        model: in evaluation mode, with frozen parameters.
        images: float32 (N, C, H, W) in [0, 1].
        background: float32 (B, C, H, W) in [0, 1].
        batch_size: images in one forward pass; half of them are background images.
        log: receives the warnings of the library.

    Returns:
        float32 (N, K, C, H, W), in logits.
    """
    model = copy.deepcopy(model)
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    total = 0.0
    with handlers(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for part in tqdm(background.split(max(1, batch_size // 2)), disable=None, desc="SHAP"):
            explainer = shap.DeepExplainer(model, part)
            values = explainer.shap_values(images, check_additivity=False)
            total = total + np.moveaxis(values, -1, 1) * len(part)
    for message in sorted({str(warning.message) for warning in caught}):
        log(f"shap: {message}")
    return (total / len(background)).astype(np.float32)


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
