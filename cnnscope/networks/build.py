"""Build a network by name: one of this library, of torchvision, or of a file of the user."""

import difflib
import importlib.util
import inspect
from collections.abc import Mapping
from pathlib import Path

from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.compact_cnn import CompactCNN
from cnnscope.networks.expression_cnn import ExpressionCNN
from cnnscope.networks.food_cnn import FoodCNN
from cnnscope.networks.vision import torchvision_models

OURS = {"food_cnn": FoodCNN, "expression_cnn": ExpressionCNN, "compact_cnn": CompactCNN}


def build(
    architecture: str, arguments: Mapping, *, classes: int | None, size: int, channels: int
) -> nn.Module:
    """Build a network with random weights.

    Args:
        architecture: a name in `OURS`, the name of a torchvision classifier, or
            `path/to/file.py:ClassOrFunction`.
        arguments: keyword arguments. Unless given here, the networks in `OURS` also get `classes`,
            `size` and `channels`, and those of torchvision `num_classes`. A network of the user
            gets only these arguments.
        classes: number of outputs; None for as many as the architecture has by itself.
        size: height and width of the images in pixels.
        channels: of the images, 1 for grey and 3 for RGB.

    Returns:
        A module that maps images (N, channels, size, size) to logits (N, classes).

    Raises:
        UserError: unknown name, unsuitable arguments, or a file that cannot be loaded or does not
            give an nn.Module.
    """
    if ":" in architecture:
        maker, given = _from_file(architecture), {}
    elif architecture in OURS:
        if classes is None and "classes" not in arguments:
            raise UserError(
                f"dataset.classes: {architecture} does not know its classes by itself; give their "
                "names or their number"
            )
        maker, given = OURS[architecture], {"classes": classes, "size": size, "channels": channels}
    else:
        maker, given = _from_torchvision(architecture), {"weights": None}
        given |= {} if classes is None else {"num_classes": classes}
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
            "Torchvision's classifiers and path/to/file.py:ClassOrFunction work as well"
        )
    return models.get_model_builder(name)


def _from_file(address: str):
    file, _, name = address.rpartition(":")
    if not Path(file).is_file():
        raise UserError(f"model.architecture: there is no file {file}")
    spec = importlib.util.spec_from_file_location(f"own_{Path(file).stem}", file)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UserError(
            f"model.architecture: {file} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    if not callable(getattr(module, name, None)):
        raise UserError(f"model.architecture: {file} has no class or function '{name}'")
    return getattr(module, name)
