"""The part of a network that a training leaves as it is."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of
from cnnscope.networks.head import find_head
from cnnscope.networks.layers import find_layer
from cnnscope.networks.state import borrowed

# All but the head.
BACKBONE = "backbone"


@dataclass(frozen=True)
class Frozen:
    """The part of a network that a training leaves as it is.

    Attributes:
        layer: where the part ends: behind the last call of this layer, or before its first.
        before: the latter.
        modules: they stay in evaluation mode, so that norms keep their running statistics.
        parameters: they are not trained.
    """

    layer: nn.Module
    before: bool
    modules: Sequence[nn.Module]
    parameters: Sequence[nn.Parameter]


def frozen_part(model: nn.Module, freeze: str, size: int, channels: int) -> Frozen:
    """What `freeze` leaves as it is.

    Args:
        model: maps images (N, channels, size, size) to logits.
        freeze: `BACKBONE`, or the name of a layer: it is frozen, and so is all that runs before it,
            with what the modules around it hold themselves.

    Raises:
        UserError: there is no such layer, it never runs, or it leaves nothing to train.
    """
    head = find_layer(model, find_head(model, size, channels))
    if freeze == BACKBONE:
        around = [module for module in model.modules() if head in module.modules()]
        modules = [module for module in model.modules() if module not in around]
        own = {id(parameter) for parameter in head.parameters()}
        parameters = [one for one in model.parameters() if id(one) not in own]
        return Frozen(head, True, modules, parameters)
    try:
        layer = find_layer(model, freeze)
    except UserError as error:
        raise UserError(f"training.freeze: {error}; or freeze: {BACKBONE}") from error
    started, finished = _ran_until(model, layer, size, channels)
    if not finished:
        raise UserError(f"training.freeze: the network never runs its layer {freeze!r}")
    modules = [below for module in finished for below in module.modules()]
    if head in modules:
        raise UserError(
            f"training.freeze: {freeze} leaves nothing to train, for the head is in it; name a "
            f"layer before the head, or freeze: {BACKBONE}"
        )
    held = (parameter for module in started for parameter in module.parameters(recurse=False))
    below = (parameter for module in modules for parameter in module.parameters(recurse=False))
    return Frozen(layer, False, list(dict.fromkeys(modules)), list(dict.fromkeys([*held, *below])))


def _ran_until(
    model: nn.Module, layer: nn.Module, size: int, channels: int
) -> tuple[list[nn.Module], list[nn.Module]]:
    """The modules that have started, and those that have finished, as `layer` ends its last call.

    Both are empty if it never runs.
    """
    started: list[nn.Module] = []
    finished: list[nn.Module] = []
    ends = 0, 0

    def note_end(module: nn.Module, *_) -> None:
        nonlocal ends
        finished.append(module)
        if module is layer:
            ends = len(started), len(finished)

    with ExitStack() as hooks, borrowed(model), torch.no_grad():
        for module in model.modules():
            before = module.register_forward_pre_hook(lambda one, _: started.append(one))
            for handle in (before, module.register_forward_hook(note_end)):
                hooks.callback(handle.remove)
        device = device_of(model)
        model(torch.zeros(1, channels, size, size, device=device))
    return started[: ends[0]], finished[: ends[1]]
