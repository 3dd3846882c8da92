"""Deep SHAP by the library: `shap.DeepExplainer`, with what it lacks put right from outside."""

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

# Elementwise modules that the library passes over with a warning: without a handler the values
# of a network with PReLU miss the change of the logits by as much as the change itself.
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

    Works on a copy, because the library leaves attributes on modules, and hooks after an error.
    The background goes in parts and the means are put together: less memory, the same values.

    Args:
        model: in evaluation mode, its parameters frozen.
        images, background: float32 (N, C, H, W) and (B, C, H, W).
        batch_size: images in one forward pass; half of them are background images.

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
    """The library's table of modules with the missing ones added, inside the block."""
    table = deep_pytorch.op_handler
    added = [name for name in _MISSING if name not in table]
    try:
        table.update(dict.fromkeys(added, deep_pytorch.nonlinear_1d))
        yield
    finally:
        for name in added:
            table.pop(name, None)
