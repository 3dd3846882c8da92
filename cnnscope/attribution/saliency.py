"""Saliency maps: how strongly the score of a class reacts to a small change of each pixel."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.attribution._gradients.gradient import image_gradients, largest_of_channels
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Saliency",
    summary="saliency maps: the gradient of a class's score",
    paper="Simonyan, Vedaldi, Zisserman 2014, Deep Inside Convolutional Networks, "
    "https://arxiv.org/abs/1312.6034",
    units="logits per unit of intensity",
    signed=False,
    figure="saliency",
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """Absolute gradient of the target's logit, the largest over the colour channels.

    Simonyan, Vedaldi, Zisserman 2014, "Deep Inside Convolutional Networks",
    https://arxiv.org/abs/1312.6034. It differentiates the logit, not the loss: where the model is
    confident, the gradient of the loss nearly vanishes, and it ranks the pixels differently.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        log: receives a line if the gradient of an image is zero everywhere.

    Returns:
        attribution: (N, H, W), not negative, in logits per unit of intensity, which goes from 0,
        black, to 1, white.
        details: `gradient` (N, C, H, W), signed.

    Raises:
        UserError: the logits carry no gradient.
    """
    with borrowed(model), pools_first(model):
        gradient = image_gradients(model, images, targets)
    flat = [i for i, of_image in enumerate(gradient) if not of_image.any()]
    if flat:
        log(f"images {flat} have no gradient at all: the score of their target is flat there")
    return Explanation(
        largest_of_channels(gradient),
        {"gradient": gradient},
        facts={"units": METHOD.units},
    )
