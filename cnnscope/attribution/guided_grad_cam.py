"""Guided Grad-CAM: the fine lines of guided backpropagation where Grad-CAM finds the class."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution import grad_cam, guided_backprop
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Guided Grad-CAM",
    summary="Guided Grad-CAM: guided backpropagation times Grad-CAM",
    paper="Selvaraju et al. 2017, Grad-CAM: Visual Explanations from Deep Networks via "
    "Gradient-based Localization, https://arxiv.org/abs/1610.02391",
    units="logits per unit of intensity, times logits at each position of the layer",
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
    """The map of guided backpropagation times that of Grad-CAM at the size of the image.

    Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra 2017, "Grad-CAM: Visual Explanations from Deep
    Networks via Gradient-based Localization", https://arxiv.org/abs/1610.02391, section 3.2. What
    is said of guided backpropagation holds for its lines.

    Args and errors as for `grad_cam.explain` and `guided_backprop.explain`.

    Returns:
        attribution: (N, H, W), not negative, the largest absolute product of the colour channels.
        details: `product` (N, C, H, W), signed, which the paper draws, and `layer_map` (N, h, w),
        the map of Grad-CAM.
    """
    places = grad_cam.explain(model, images, targets, layer=layer, log=log)
    lines = guided_backprop.explain(model, images, targets, log=log)
    return Explanation(
        lines.attribution * places.attribution,
        {
            "product": lines.details["gradient"] * places.attribution[:, None],
            "layer_map": places.details["layer_map"],
        },
        facts=places.facts | {"units": METHOD.units},
    )
