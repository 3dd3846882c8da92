"""The network for gradient ascent: a copy in float64 where the model supports it.

Gradient ascent amplifies rounding errors. In 100 steps, a difference in the last bit grows by a
factor of 10,000 and more, and once it makes a max pool select another input, the pictures diverge.
Another processor or number of threads sums in another order, and causes such differences. In
float32 they end in another picture of the same pattern, with intensities that differ by up to one
half. In float64 they end near 1e-11, less than the last bit of the stored float32 picture. Float64
takes a third more time in a narrow network, and three times as long in a wide one, where
convolutions dominate.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import nn

from cnnscope.networks.classifier import device_of
from cnnscope.networks.layers import find_layer
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed, double_copy

T = TypeVar("T")


@dataclass(frozen=True)
class Climber(Generic[T]):
    """What all ascents of a network share.

    Attributes:
        network: the network in evaluation mode, with frozen parameters and max pools moved before
            their activations.
        grey: a mid-grey picture (1, C, H, W), of the precision and on the device of the network.
        tried: what the network has made of it.
    """

    network: nn.Module
    grey: torch.Tensor
    tried: T

    @property
    def precision(self) -> str:
        """`float64` or `float32`."""
        return str(self.grey.dtype).removeprefix("torch.")


def warn_of_float32(
    log: Callable[[str], None], what: str, precision: str, consequence: str = "other pictures"
) -> None:
    """Log a line if an ascent ran in float32, whose last bits depend on the machine.

    Args:
        what: the line begins with it.
        consequence: what another machine may lead to.
    """
    if precision == "float32":
        log(
            f"{what}: the model computes in float32 alone; another processor or number of threads "
            f"may lead to {consequence}"
        )


@contextmanager
def climber(
    model: nn.Module,
    run: Callable[[nn.Module, torch.Tensor], T],
    size: tuple[int, int],
    channels: int,
    keep: str | None = None,
) -> Iterator[Climber[T]]:
    """Prepare `model` for gradient ascent while the block runs; afterwards it is as it was.

    The ascent uses a copy in float64. Where that cannot be made or fails to run, it uses `model`
    itself, in float32.

    Args:
        run: what is asked of a network and a picture (1, C, H, W); it is tried on mid-grey.
        keep: a layer whose output is used, as for `find_layer`.

    Raises:
        UserError: as `find_layer` and `run`.
    """
    if keep is not None:
        find_layer(model, keep)
    grey = torch.full((1, channels, *size), 0.5, device=device_of(model))
    network, grey, tried = _finest(model, run, grey)
    kept = [] if keep is None else [find_layer(network, keep)]
    with borrowed(network), pools_first(network, keep=kept), torch.enable_grad():
        yield Climber(network, grey, tried)


def _finest(
    model: nn.Module, run: Callable[[nn.Module, torch.Tensor], T], grey: torch.Tensor
) -> tuple[nn.Module, torch.Tensor, T]:
    try:
        exact, finer = double_copy(model), grey.double()
        return exact, finer, _tried(exact, run, finer)
    except (RuntimeError, TypeError):
        # Some forward methods convert to float32. Any other error is raised again by the next line.
        return model, grey, _tried(model, run, grey)


def _tried(
    network: nn.Module, run: Callable[[nn.Module, torch.Tensor], T], grey: torch.Tensor
) -> T:
    with borrowed(network), torch.no_grad():
        return run(network, grey)
