"""Input x gradient: what each pixel's value adds to a class's score, to first order."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution._gradients.gradient import image_gradients
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Input x gradient",
    summary="input x gradient: the gradient of a class's score, times the image",
    paper="Shrikumar, Greenside, Shcherbina, Kundaje 2016, Not Just a Black Box: Learning "
    "Important Features Through Propagating Activation Differences, https://arxiv.org/abs/1605.01713",
    units="logits",
    signed=True,
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The target logit's gradient times the image, added up over the colour channels.

    Shrikumar, Greenside, Shcherbina, Kundaje 2016, "Not Just a Black Box",
    https://arxiv.org/abs/1605.01713, section 2. It is exact for a linear model: there it is what
    the pixel adds to the logit, compared to a black one. Black pixels get 0 in any model.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C); 0, black, to 255, white, count as 0 to 1.
        targets: int (N,), the class whose logit is explained.

    Returns:
        attribution: (N, H, W), signed, in logits.
        details: `values` (N, C, H, W), before channels are added up.

    Raises:
        UserError: the logits carry no gradient.
    """
    with borrowed(model), pools_first(model):
        gradient = image_gradients(model, images, targets)
    values = gradient * (images.transpose(0, 3, 1, 2) / np.float32(255))
    return Explanation(values.sum(1), {"values": values}, facts={"units": METHOD.units})
