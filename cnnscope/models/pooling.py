"""A sequence of layers with its pools before its activations: the same numbers for less work."""

import torch
from torch import nn


def pooled_first(layers: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """`layers(x)`, each max pool taken before the activation that stands in front of it.

    A function that never falls sends the largest input to the largest output, so the order of the
    two does not matter, to gradients neither, and the activation has only what is left to do: a
    quarter after 2 x 2. For training; a look at the single layers wants them in their own order.
    """
    waiting: nn.Module | None = None
    for layer in layers:
        if waiting is not None:
            pool = isinstance(layer, nn.MaxPool2d)
            x = waiting(layer(x)) if pool else layer(waiting(x))
            waiting = None
        elif _never_falls(layer):
            waiting = layer
        else:
            x = layer(x)
    return x if waiting is None else waiting(x)


def _never_falls(layer: nn.Module) -> bool:
    match layer:
        case nn.ReLU():
            return True
        case nn.LeakyReLU():
            return layer.negative_slope >= 0
        case nn.PReLU():
            return bool((layer.weight >= 0).all())
    return False
