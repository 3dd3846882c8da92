"""Find the layer that makes the logits, and give it another number of outputs."""

from contextlib import ExitStack

import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of
from cnnscope.networks.layers import find_layer, users_network
from cnnscope.networks.state import borrowed

# Small beside what comes in, so that a training begins with nearly the same odds for all classes.
_SPREAD = 0.01


def find_head(model: nn.Module, size: int, channels: int) -> str:
    """The name of the layer that makes the logits, as in the user's network.

    It is the nn.Linear or nn.Conv2d that runs last, and has an output a class.

    Args:
        model: maps images (N, channels, size, size) to logits (N, K); a black image goes through
            it in evaluation mode.

    Raises:
        UserError: no such layer runs, or the last one has another number of outputs than K.
    """
    layers = {
        name: layer
        for name, layer in users_network(model).named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    }
    called: list[str] = []
    with ExitStack() as hooks, borrowed(model), torch.no_grad():
        for name, layer in layers.items():
            handle = layer.register_forward_hook(lambda *_, name=name: called.append(name))
            hooks.callback(handle.remove)
        device = device_of(model)
        logits = model(torch.zeros(1, channels, size, size, device=device))
    if not called or len(layers[called[-1]].weight) != logits.shape[1]:
        last = f"the last that runs is {called[-1]}" if called else "none of these runs"
        raise UserError(
            "training.start: the network has no head that could be replaced: no nn.Linear or "
            f"nn.Conv2d makes its {logits.shape[1]} logits ({last})"
        )
    return called[-1]


def set_outputs(layer: nn.Module, name: str, outputs: int) -> None:
    """Give an nn.Linear or nn.Conv2d so many outputs; its weights are then 0.

    It stays the same object, because a network may have it under several names.

    Args:
        name: of the layer, in messages.

    Raises:
        UserError: it is no layer of this kind, or its weights are made of something else.
    """
    plain = isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.groups == 1)
    if not plain or layer._parameters.get("weight") is None:
        raise UserError(
            f"training.start: {name} cannot get {outputs} outputs: it is a "
            f"{type(layer).__name__}, no plain nn.Linear or nn.Conv2d"
        )
    if isinstance(layer, nn.Linear):
        layer.out_features = outputs
    else:
        layer.out_channels = outputs
    for key, parameter in layer.named_parameters(recurse=False):
        setattr(layer, key, nn.Parameter(parameter.new_zeros((outputs, *parameter.shape[1:]))))


def fit_outputs(model: nn.Module, outputs: int, size: int, channels: int) -> None:
    """Give the head of `model` so many outputs, if it has another number of them.

    Raises:
        UserError: there is no head, or it cannot be changed.
    """
    name = find_head(model, size, channels)
    head = find_layer(model, name)
    if len(head.weight) != outputs:
        set_outputs(head, name, outputs)


def make_anew(layer: nn.Module, seed: int) -> None:
    """Give a layer small random weights, of a standard deviation of 0.01, and a bias of 0."""
    generator = torch.Generator().manual_seed(seed)
    drawn = _SPREAD * torch.randn(layer.weight.shape, generator=generator)
    with torch.no_grad():
        layer.weight.copy_(drawn)
        if layer.bias is not None:
            layer.bias.zero_()
