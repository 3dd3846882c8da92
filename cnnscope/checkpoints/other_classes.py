"""Start from a checkpoint of a network that tells other classes apart."""

from collections.abc import Callable, Mapping

import torch
from torch import nn

from cnnscope.checkpoints.checkpoint import load_weights
from cnnscope.checkpoints.differences import class_counts, other_shapes
from cnnscope.networks.head import make_anew, set_outputs
from cnnscope.seeds import seed_for


def take_outputs(network: nn.Module, state: Mapping[str, torch.Tensor]) -> None:
    """Give the layers of `network` that have an output a class as many as the checkpoint has.

    Nothing is changed if the number of classes does not explain all differences in shape.

    Raises:
        UserError: a layer cannot get another number of outputs.
    """
    shapes = other_shapes(state, network.state_dict())
    counts = class_counts(shapes.values())
    for name in _layers(shapes) if counts else ():
        set_outputs(network.get_submodule(name), name, counts[0])


def start_from(
    network: nn.Module,
    state: Mapping[str, torch.Tensor],
    seed: int,
    log: Callable[[str], None] = print,
) -> None:
    """Load a checkpoint, but for the layers with an output a class where their number differs.

    These get small random weights. Where the checkpoint has as many classes as the network, its
    head is kept: they may be the same ones.

    Args:
        state: from `read_state_dict`; with the names of the network.
        seed: of the random weights.
        log: receives one line.

    Raises:
        UserError: more than the number of classes differs.
    """
    shapes = other_shapes(state, network.state_dict())
    counts = class_counts(shapes.values())
    anew = _layers(shapes) if counts else []
    for name in anew:
        make_anew(network.get_submodule(name), seed_for(seed, "head", name))
    own = network.state_dict()
    load_weights(network, {**state, **{key: own[key] for key in shapes if anew}}, "training.start")
    if anew:
        log(f"{' and '.join(anew)}: made anew, for {counts[1]} classes instead of {counts[0]}")
    else:
        log("the head of the checkpoint is kept, for it has as many classes as the dataset")


def _layers(shapes: Mapping) -> list[str]:
    """The names of the modules whose weights have these names."""
    return list(dict.fromkeys(key.rpartition(".")[0] for key in shapes))
