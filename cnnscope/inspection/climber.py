"""The network for gradient ascent: a copy in float64 where the model supports it.

Gradient ascent amplifies rounding errors. In 100 steps, a difference in the last bit grows by a
factor of 10,000 and more, and once it makes a max pool select another input, the pictures diverge.
Another processor or number of threads sums in another order, and causes such differences. In
float32 they end in another picture of the same pattern, with intensities that differ by up to one
half. In float64 they end near 1e-11, less than the last bit of the stored float32 picture. Float64
takes a third more time in a narrow network, and three times as long in a wide one, where
convolutions dominate.
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
    """What all ascents of one layer share.

    Attributes:
        network: the network in evaluation mode, with frozen parameters and max pools moved before
            their activations.
        grey: a mid-grey picture (1, C, H, W), of the precision and on the device of the network.
        positions: number of positions in a map of the layer.
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
    """Prepare `model` for gradient ascent while the block runs; afterwards it is as it was.

    The ascent uses a copy in float64. Where that cannot be made or fails to run, it uses `model`
    itself, in float32.

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
        # Some forward methods convert to float32. Any other error is raised again by the next line.
        return model, grey, _positions(model, layer, filters, grey)


def _positions(network: nn.Module, layer: str, filters: Sequence[int], grey: torch.Tensor) -> int:
    with borrowed(network), torch.no_grad():
        return channel_maps(network, layer, grey, filters)[0, 0].numel()
