"""Pools before activations: the same numbers for less work."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise

import torch
from torch import nn


@contextmanager
def pools_first(model: nn.Module, keep: Collection[nn.Module] = ()) -> Iterator[nn.Module]:
    """Inside the block, `model` takes each max pool before the activation in front of it.

    A function that never falls sends the largest input to the largest output, so the order of the
    two does not matter, to gradients neither; but the activation has only what is left to do, a
    quarter after 2 x 2. PReLU's backward pass on a CPU makes that half of the time of the first
    blocks. Looks at neighbours in an nn.Sequential; everything is put back after the block.

    Args:
        keep: layers that are looked at, which stay where they are.
    """
    pairs = [
        (parent._modules, first, second)
        for parent in model.modules()
        if type(parent) is nn.Sequential
        for first, second in pairwise(parent._modules)
        if _swaps(parent._modules[first], parent._modules[second], keep)
    ]
    before = [
        (layers, first, layers[first], second, layers[second]) for layers, first, second in pairs
    ]
    try:
        for layers, first, activation, second, pool in before:
            layers[first], layers[second] = nn.Identity(), _PoolFirst(activation, pool)
        yield model
    finally:
        for layers, first, activation, second, pool in before:
            layers[first], layers[second] = activation, pool


class _PoolFirst(nn.Module):
    def __init__(self, activation: nn.Module, pool: nn.Module) -> None:
        super().__init__()
        self.activation, self.pool = activation, pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # Training may turn a slope negative at any step.
        if _never_falls(self.activation):
            return self.activation(self.pool(x))
        return self.pool(self.activation(x))


def _swaps(activation: nn.Module, pool: nn.Module, keep: Collection[nn.Module]) -> bool:
    return (
        isinstance(activation, nn.ReLU | nn.LeakyReLU | nn.PReLU)
        and type(pool) is nn.MaxPool2d
        and not pool.return_indices
        and not any(layer in keep or _has_hooks(layer) for layer in (activation, pool))
    )


def _has_hooks(layer: nn.Module) -> bool:
    return bool(layer._forward_hooks or layer._forward_pre_hooks or layer._backward_hooks)


def _never_falls(activation: nn.Module) -> bool:
    match activation:
        case nn.LeakyReLU():
            return activation.negative_slope >= 0
        case nn.PReLU():
            return bool((activation.weight >= 0).all())
    return True
