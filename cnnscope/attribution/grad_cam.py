"""Grad-CAM: where a layer has what speaks for a class, by the mean gradient of each channel."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._cam.maps import maps_by_gradient
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Grad-CAM",
    summary="Grad-CAM: the channels of a layer, weighted by their mean gradients",
    paper="Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via "
    "Gradient-based Localization, https://arxiv.org/abs/1610.02391",
    units="logits at each position of the layer",
    signed=False,
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
    """The channels of a layer, each times the mean of its gradient, added up; 0 where negative.

    Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra 2017, "Grad-CAM: Visual Explanations from Deep
    Networks via Gradient-based Localization", https://arxiv.org/abs/1610.02391, equations 1 and 2.
    Where global average pooling and a linear layer follow, the sum over the positions, taken before
    the negative ones become 0, is the logit without its bias.

    Args and errors as for `maps_by_gradient`.

    Returns:
        attribution: (N, H, W), not negative: the map at the size of the image, in logits at each
        position of the layer.
        details: `layer_map` (N, h, w), the map itself.
    """
    units = METHOD.units
    return maps_by_gradient(
        model, images, targets, weighted_channels, layer=layer, units=units, log=log
    )


def weighted_channels(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    weights = gradients.mean((2, 3), keepdim=True)
    return (weights * activations).sum(1).relu()
