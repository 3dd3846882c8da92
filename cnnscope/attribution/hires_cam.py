"""HiResCAM: each activation of a layer times its own gradient, what speaks against a class too."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._cam.maps import maps_by_gradient
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="HiResCAM",
    summary="HiResCAM: a layer's activations, each times its own gradient",
    paper="Draelos, Carin 2020, Use HiResCAM instead of Grad-CAM for faithful explanations of "
    "convolutional neural networks, https://arxiv.org/abs/2011.08891",
    units="logits at each position of the layer",
    signed=True,
    options={"layer": None},
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    layer: str | None = None,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The activations of a layer, each times its own gradient, added up over the channels.

    Draelos, Carin 2020, "Use HiResCAM instead of Grad-CAM for faithful explanations of
    convolutional neural networks", https://arxiv.org/abs/2011.08891. Where the logits are linear in
    the layer, the map is what each position adds to the logit, and its sum is the logit without its
    bias. Where global average pooling and a linear layer follow, it is the map of Grad-CAM before
    that sets negative values to 0.

    Args and errors as for `maps_by_gradient`.

    Returns:
        attribution: (N, H, W), negative where a position speaks against the class: the map
        at the size of the image, in logits at each position of the layer.
        details: `layer_map` (N, h, w), the map itself.
    """
    units = METHOD.units
    return maps_by_gradient(
        model, images, targets, weighted_positions, layer=layer, units=units, log=log
    )


def weighted_positions(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    return (gradients * activations).sum(1)
