"""Build a network by name: of this library, of torchvision, of timm, or of a file of the user."""

import difflib
import inspect
from collections.abc import Mapping

from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.architecture import TIMM, own_file
from cnnscope.networks.compact_cnn import CompactCNN
from cnnscope.networks.expression_cnn import ExpressionCNN
from cnnscope.networks.food_cnn import FoodCNN
from cnnscope.networks.own_file import load
from cnnscope.networks.timm_models import timm_maker
from cnnscope.networks.vision import torchvision_models

OURS = {"food_cnn": FoodCNN, "expression_cnn": ExpressionCNN, "compact_cnn": CompactCNN}


def build(
    architecture: str, arguments: Mapping, *, classes: int | None, size: int, channels: int
) -> nn.Module:
    """Build a network with random weights.

    Args:
        architecture: a name in `OURS`, the name of a torchvision classifier, `timm/NAME` or
            `hf-hub:ORG/NAME` of timm, or `path/to/file.py:ClassOrFunction`.
        arguments: keyword arguments. Unless given here, the networks in `OURS` also get `classes`,
            `size` and `channels`, those of torchvision `num_classes`, and those of timm
            `num_classes` and `in_chans`. A network of the user gets only these arguments.
        classes: number of outputs; None for as many as the architecture has by itself.
        size: height and width of the images in pixels.
        channels: of the images, 1 for grey and 3 for RGB.

    Returns:
        A module that maps images (N, channels, size, size) to logits (N, classes).

    Raises:
        UserError: unknown name, unsuitable arguments, or a file that cannot be loaded or does not
            give an nn.Module.
    """
    outputs = {} if classes is None else {"num_classes": classes}
    if own_file(architecture):
        maker, given = load(architecture), {}
    elif architecture in OURS:
        if classes is None and "classes" not in arguments:
            raise UserError(
                f"dataset.classes: {architecture} does not know its classes by itself; give their "
                "names or their number"
            )
        maker, given = OURS[architecture], {"classes": classes, "size": size, "channels": channels}
    elif architecture.startswith(TIMM):
        maker, given = timm_maker(architecture), {"in_chans": channels} | outputs
    else:
        maker, given = _from_torchvision(architecture), {"weights": None} | outputs
    try:
        network = maker(**(given | dict(arguments)))
    except (TypeError, ValueError) as error:
        wanted = f"{architecture}{inspect.signature(maker)}"
        raise UserError(f"model.arguments: {error}; the call is {wanted}") from error
    if not isinstance(network, nn.Module):
        raise UserError(
            f"model.architecture: {architecture} gave a {type(network).__name__}, no nn.Module"
        )
    return network


def _from_torchvision(name: str):
    models = torchvision_models()
    known = models.list_models(module=models)
    if name not in known:
        near = difflib.get_close_matches(name, [*OURS, *known], n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"ours are {', '.join(OURS)};"
        raise UserError(
            f"model.architecture: '{name}' is unknown; {hint} "
            "Torchvision's classifiers, timm/NAME and path/to/file.py:ClassOrFunction work as well"
        )
    return models.get_model_builder(name)
