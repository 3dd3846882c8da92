"""The network on which gradient ascent climbs: a copy in float64, wherever that computes.

The ascent is chaotic: 100 steps make a difference in the last bit 10,000 times as large and more,
and once a max pool takes its input from another place, the pictures part. In float32 that is what
another processor or number of threads leads to, which sum in another order: another picture of the
same pattern, by half of the intensity. In float64 the difference ends near 1e-11, below the last
bit of the float32 that is kept of the picture. It costs a third more time in a narrow network and
three times as much in a wide one, whose convolutions take all of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

from cnnscope.inspection.responses import channel_maps
from cnnscope.networks.layers import find_layer
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed, double_copy


@dataclass(frozen=True)
class Climber:
    """What one layer's ascents share.

    Attributes:
        network: frozen, in evaluation mode; pools before activations.
        grey: a mid-grey picture as the network takes it, (1, C, H, W).
        positions: how many a map of the layer has.
    """

    network: nn.Module
    grey: torch.Tensor
    positions: int

    @property
    def precision(self) -> str:
        """`float64` or `float32`."""
        return str(self.grey.dtype).removeprefix("torch.")


@contextmanager
def climber(
    model: nn.Module, layer: str, filters: Sequence[int], size: tuple[int, int], channels: int
) -> Iterator[Climber]:
    """Inside the block, `model` to climb on, with gradients; it is given back as it was.

    It climbs itself, in float32, where it cannot be copied or computes in nothing else.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    find_layer(model, layer)
    grey = torch.full((1, channels, *size), 0.5, device=next(model.parameters()).device)
    network, grey, positions = _finest(model, layer, filters, grey)
    kept = [find_layer(network, layer)]
    with borrowed(network), pools_first(network, keep=kept), torch.enable_grad():
        yield Climber(network, grey, positions)


def _finest(
    model: nn.Module, layer: str, filters: Sequence[int], grey: torch.Tensor
) -> tuple[nn.Module, torch.Tensor, int]:
    try:
        exact, finer = double_copy(model), grey.double()
        return exact, finer, _positions(exact, layer, filters, finer)
    except (RuntimeError, TypeError):
        # A forward pass that makes float32 of what it gets. Another fault shows up here again.
        return model, grey, _positions(model, layer, filters, grey)


def _positions(network: nn.Module, layer: str, filters: Sequence[int], grey: torch.Tensor) -> int:
    with borrowed(network), torch.no_grad():
        return channel_maps(network, layer, grey, filters)[0, 0].numel()
