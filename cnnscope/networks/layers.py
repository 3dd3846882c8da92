"""Find a layer by its name, and run a network only as far as it."""

import difflib
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import nn

from cnnscope.errors import UserError


class _Reached(Exception):  # noqa: N818 - it ends a forward pass, it reports no error
    """Carries what a hook saw out of the forward pass and ends that pass."""

    def __init__(self, seen) -> None:
        self.seen = seen


def find_layer(model: nn.Module, name: str) -> nn.Module:
    """The module called `name`, as in `model.named_modules()`: "cnn.4", "features.0".

    A name is looked up in `model` first and then in `model.network`, where a wrapper that
    normalises the input keeps the user's network: the user's own names hold either way.

    Raises:
        UserError: no such layer; names the nearest ones and how to list them all.
    """
    names = _layers(model)
    if name in names:
        return names[name]
    near = difflib.get_close_matches(name, names, n=4, cutoff=0.4) or list(names)[:4]
    raise UserError(
        f"the model has no layer {name!r}; near it: {', '.join(near)}. To list all {len(names)}: "
        "for name, _ in model.named_modules(): print(name)"
    )


def select_layers(model: nn.Module, wanted: str | Sequence[str] | Mapping) -> dict[str, nn.Module]:
    """Layers by name: those named, those of some types, or `all`.

    Args:
        wanted: names, as for `find_layer`; `{"types": ["Conv2d", ...]}`; or `all`. The last two
            look at modules without children, named as the user's network names them; `all` leaves
            out nn.Flatten, which only writes the output of the layer before it in a row.

    Raises:
        UserError: a name that is not there, or types of which there is no layer.
    """
    if not isinstance(wanted, str | Mapping):
        return {name: find_layer(model, name) for name in wanted}
    network = getattr(model, "network", None)
    network = network if isinstance(network, nn.Module) else model
    leaves = {name: one for name, one in network.named_modules() if name and not [*one.children()]}
    if isinstance(wanted, str):
        return {name: one for name, one in leaves.items() if not isinstance(one, nn.Flatten)}
    kinds = {type(one).__name__ for one in leaves.values()}
    missing = [kind for kind in wanted["types"] if kind not in kinds]
    if missing:
        raise UserError(
            f"activations.layers.types: the model has no layer of type {', '.join(missing)}; "
            f"it has {', '.join(sorted(kinds))}"
        )
    return {name: one for name, one in leaves.items() if type(one).__name__ in wanted["types"]}


def activation(
    model: nn.Module,
    layer_name: str,
    images: torch.Tensor,
    filters: Sequence[int] | None = None,
) -> torch.Tensor:
    """The output of a layer; what lies behind the layer is never run.

    Args:
        model: maps images to anything; its mode is not changed here.
        layer_name: as for `find_layer`. Of a layer that runs twice, the first output counts.
        images: what the model takes, (N, C, H, W).
        filters: channels of the output to return, in this order; all where None. The others of a
            plain convolution are not even computed: one filter of 128 takes 1/30 of the time.

    Returns:
        The layer's output, (N, channels, h, w) behind a convolution, (N, K) behind a linear
        layer; differentiable with respect to `images`.

    Raises:
        UserError: unknown layer, one that the forward pass does not reach, one whose output is
            not a tensor of that shape, or a filter number too large.
    """
    layer = find_layer(model, layer_name)
    if filters is not None and _is_plain_convolution(layer):
        check_filters(layer_name, filters, layer.out_channels)
        (inputs,) = _cut(model, layer_name, layer.register_forward_pre_hook, images)
        chosen = list(filters)
        bias = None if layer.bias is None else layer.bias[chosen]
        return layer._conv_forward(inputs, layer.weight[chosen], bias)
    output = _cut(model, layer_name, layer.register_forward_hook, images)
    if not isinstance(output, torch.Tensor) or output.ndim not in (2, 4):
        shape = tuple(getattr(output, "shape", ())) or type(output).__name__
        raise UserError(
            f"layer {layer_name!r} gives {shape}, not (images, channels, height, width): "
            "choose a layer with channels"
        )
    if filters is None:
        return output
    check_filters(layer_name, filters, output.shape[1])
    return output[:, list(filters)]


def check_filters(layer_name: str, filters: Sequence[int], channels: int) -> None:
    """Raise a UserError where `filters` asks for more than a layer of `channels` filters has.

    Also where it asks for none.
    """
    if not len(filters):
        raise UserError(f"no filter of layer {layer_name!r} is asked for: name at least one")
    wrong = [f for f in filters if not 0 <= f < channels]
    if wrong:
        raise UserError(
            f"layer {layer_name!r} has no filter {', '.join(map(str, wrong))}: it has {channels}, "
            f"numbered 0 to {channels - 1}"
        )


def _cut(model: nn.Module, layer_name: str, register: Callable, images: torch.Tensor):
    """Run `model` up to the hook that `register` sets; what that hook sees last."""

    def stop(*seen) -> None:
        raise _Reached(seen[-1])

    handle = register(stop)
    try:
        model(images)
    except _Reached as reached:
        return reached.seen
    finally:
        handle.remove()
    raise UserError(f"the forward pass of the model never runs its layer {layer_name!r}")


def _is_plain_convolution(layer: nn.Module) -> bool:
    """Whether each of its filters can be computed alone, and nothing else looks at its output."""
    return type(layer) is nn.Conv2d and layer.groups == 1 and not layer._forward_hooks


def _layers(model: nn.Module) -> dict[str, nn.Module]:
    """Every name by which a layer can be found, the user's own names first."""
    network = getattr(model, "network", None)
    inner = dict(network.named_modules()) if isinstance(network, nn.Module) else {}
    layers = inner | dict(model.named_modules())
    layers.pop("", None)
    return layers
