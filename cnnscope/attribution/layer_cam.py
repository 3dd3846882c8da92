"""LayerCAM: each position of a layer by its own positive gradient, so early layers work too."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._cam.maps import maps_by_gradient
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="LayerCAM",
    summary="LayerCAM: a layer's activations, each times its own positive gradient",
    paper="Jiang, Zhang, Hou, Cheng, Wei 2021, LayerCAM: Exploring Hierarchical Class Activation "
    "Maps for Localization, https://doi.org/10.1109/TIP.2021.3089943",
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
    """The activations of a layer, each times its own gradient where that is positive, added up.

    Jiang, Zhang, Hou, Cheng, Wei 2021, "LayerCAM: Exploring Hierarchical Class Activation Maps for
    Localization", https://doi.org/10.1109/TIP.2021.3089943. The sum over the channels is 0
    where it is negative. Unlike Grad-CAM it suits early layers as well.

    Args and errors as for `maps_by_gradient`.

    Returns:
        attribution: (N, H, W), not negative: the map at the size of the image, in logits at each
        position of the layer.
        details: `layer_map` (N, h, w), the map itself.
    """
    units = METHOD.units
    return maps_by_gradient(
        model, images, targets, weighted_positions, layer=layer, units=units, log=log
    )


def weighted_positions(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    return (gradients.relu() * activations).sum(1).relu()
