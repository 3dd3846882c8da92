"""Guided backpropagation: keep what is below 0 from flowing back through a ReLU."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnscope.attribution._gradients.gradient import image_gradients
from cnnscope.attribution._shap.deep_tape import ELEMENTWISE
from cnnscope.errors import RefusalError
from cnnscope.networks.state import borrowed

# What modules call, and what a forward() may call.
_RELU = {
    *(F.relu, F.relu_, torch.relu, torch.relu_, torch.Tensor.relu, torch.Tensor.relu_, F.relu6),
}
# What is one for some bounds, and how these are called; nn.ReLU6 calls F.hardtanh.
_BOUNDS = {
    **dict.fromkeys((F.hardtanh, F.hardtanh_), ("min_val", "max_val")),
    **dict.fromkeys(
        (torch.clamp, torch.clamp_, torch.Tensor.clamp, torch.Tensor.clamp_), ("min", "max")
    ),
}


def guided_gradients(
    model: nn.Module, images: np.ndarray, targets: np.ndarray, log: Callable[[str], None]
) -> np.ndarray:
    """The gradient of each image's logit by guided backpropagation: float32 (N, C, H, W).

    Args:
        model: of images in [0, 1].
        images: uint8 (N, H, W, C).
        targets: int (N,).
        log: receives a line if the network has other activation functions than ReLU too.

    Raises:
        RefusalError: there is no ReLU between the image and the logits.
    """
    guidance = Guidance()
    with borrowed(model), guidance:
        gradient = image_gradients(model, images, targets)
    others = ", ".join(sorted(guidance.others))
    if not guidance.guided:
        raise RefusalError(
            f"guided_backprop: the network has no ReLU or ReLU6 (but {others or 'no activation'}), "
            "so the answer would be its plain gradient: ask the question saliency for that"
        )
    if others:
        log(f"guided_backprop: only ReLU and ReLU6 are guided, {others} has its plain gradient")
    return gradient


class Guidance(TorchFunctionMode):
    """Sets the gradient at the output of each ReLU to 0 where it is negative.

    It sees functions instead of modules, so it does not matter whether a ReLU is a module, used
    twice, in place or a plain call.

    Attributes:
        guided: how many calls have been guided.
        others: names of the other activation functions that the image has gone through.
    """

    def __init__(self) -> None:
        super().__init__()
        self.guided = 0
        self.others: set[str] = set()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if _is_relu(func, args, kwargs):
            if result.requires_grad:
                self.guided += 1
                result.register_hook(_positive)
        elif func in ELEMENTWISE and result.requires_grad:
            self.others.add(func.__name__)
        return result


def _is_relu(func: Callable, args: tuple, kwargs: dict) -> bool:
    """Whether a call is a ReLU or a ReLU6, by whatever name."""
    if func in _RELU:
        return True
    if func not in _BOUNDS:
        return False
    bounds = dict(zip(_BOUNDS[func], args[1:3], strict=False)) | kwargs
    least, most = (bounds.get(name) for name in _BOUNDS[func])
    # A network may clamp its input to [0, 1], which is no activation.
    return isinstance(least, int | float) and least == 0 and most in (None, 6)


def _positive(gradient: torch.Tensor) -> torch.Tensor:
    return gradient.clamp(min=0)
