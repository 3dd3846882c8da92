"""Guided backpropagation: what in the image speaks for a class, by positive steps alone."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution._gradients.gradient import largest_of_channels
from cnnscope.attribution._gradients.guidance import guided_gradients
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method

METHOD = Method(
    title="Guided backpropagation",
    summary="guided backpropagation: the gradient of a class's score, of its positive parts alone",
    paper="Springenberg, Dosovitskiy, Brox, Riedmiller 2015, Striving for Simplicity: The All "
    "Convolutional Net, https://arxiv.org/abs/1412.6806",
    units="logits per unit of intensity",
    signed=False,
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The target logit's gradient, of which each ReLU passes on the positive values alone.

    Springenberg, Dosovitskiy, Brox, Riedmiller 2015, "Striving for Simplicity",
    https://arxiv.org/abs/1412.6806, section 3.4. The paper draws the gradient as a colour picture;
    the map is its absolute value, the largest over the colour channels, as saliency's is.

    Guided are ReLU and ReLU6, as modules or as functions, in place or not. Any other activation,
    such as PReLU, GELU, SiLU or Hardswish, has its plain gradient, for the paper has no rule for
    it; a network that has no ReLU at all is refused. Bear in mind that the answer depends little
    on the class and on the weights of later layers (Adebayo and others 2018,
    https://arxiv.org/abs/1810.03292).

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        log: receives a line if the network has other activations besides.

    Returns:
        attribution: (N, H, W), not negative, in logits per unit of intensity.
        details: `gradient` (N, C, H, W), signed.

    Raises:
        UserError: there is no ReLU between the image and the logits, or they carry no gradient.
    """
    gradient = guided_gradients(model, images, targets, log)
    facts = {"units": METHOD.units}
    return Explanation(largest_of_channels(gradient), {"gradient": gradient}, facts=facts)
