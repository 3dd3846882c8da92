"""Grad-CAM++: as Grad-CAM, but small parts of a class weigh as much as large ones."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._cam.maps import maps_by_gradient
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Grad-CAM++",
    summary="Grad-CAM++: the channels of a layer, weighted by their positive gradients",
    paper="Chattopadhay, Sarkar, Howlader, Balasubramanian 2018, Grad-CAM++: Improved Visual "
    "Explanations for Deep Convolutional Networks, https://arxiv.org/abs/1710.11063",
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
    """The channels of a layer, weighted by sums of their positive gradients; what is negative is 0.

    Chattopadhay, Sarkar, Howlader, Balasubramanian 2018, "Grad-CAM++: Improved Visual Explanations
    for Deep Convolutional Networks", https://arxiv.org/abs/1710.11063, equation 19.
    The paper differentiates the exponential of the logit, which multiplies the map of an image by
    that exponential. It is left out here, because it overflows and the scale of a map says nothing.

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
    # Equation 19, g^2 / (2 g^2 + A g^3) with the sum A of the activations, divided by g^2. Where g
    # is 0, the gradient that the coefficient is multiplied by is 0 too.
    totals = activations.sum((2, 3), keepdim=True)
    coefficients = torch.nan_to_num(1 / (2 + totals * gradients), posinf=0, neginf=0)
    weights = (coefficients * gradients.relu()).sum((2, 3), keepdim=True)
    return (weights * activations).sum(1).relu()
