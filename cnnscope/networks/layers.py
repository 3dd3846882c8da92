"""Find a layer by its name, and run a network only up to this layer."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of
from cnnscope.networks.state import borrowed


class _Reached(Exception):  # noqa: N818 - it is not an error
    """Ends a forward pass at a hook, and carries what the hook has seen out of it."""

    def __init__(self, seen) -> None:
        self.seen = seen


def find_layer(model: nn.Module, name: str) -> nn.Module:
    """The module called `name`, as in `model.named_modules()`: "cnn.4", "features.0".

    A name is looked up in `model` first and then in `model.network`, where `Classifier` keeps the
    user's network, so that the names of the user's network work with or without this wrapper.

    Raises:
        UserError: there is no such layer. The message suggests similar names.
    """
    names = _layers(model)
    if name in names:
        return names[name]
    near = difflib.get_close_matches(name, names, n=4, cutoff=0.4) or list(names)[:4]
    raise UserError(
        f"the model has no layer {name!r}; near it: {', '.join(near)}. To list all {len(names)}: "
        "for name, _ in model.named_modules(): print(name)"
    )


def has_layer(model: nn.Module, name: str) -> bool:
    """Whether `find_layer` finds a layer of that name."""
    return name in _layers(model)


def users_network(model: nn.Module) -> nn.Module:
    """The user's network, which `Classifier` keeps in `model.network`; else `model` itself."""
    network = getattr(model, "network", None)
    return network if isinstance(network, nn.Module) else model


def select_layers(model: nn.Module, wanted: str | Sequence[str] | Mapping) -> dict[str, nn.Module]:
    """Layers by name: the named ones, those of some types, or all.

    Args:
        wanted: names, as for `find_layer`; `{"types": ["Conv2d", ...]}`; or "all". The last two
            select among the modules without children of the user's network. "all" leaves out
            nn.Flatten, which only reshapes the output of the layer before it.

    Raises:
        UserError: there is no layer of a name or of a type.
    """
    if not isinstance(wanted, str | Mapping):
        return {name: find_layer(model, name) for name in wanted}
    modules = users_network(model).named_modules()
    leaves = {name: layer for name, layer in modules if name and not [*layer.children()]}
    if isinstance(wanted, str):
        return {name: layer for name, layer in leaves.items() if not isinstance(layer, nn.Flatten)}
    kinds = {type(layer).__name__ for layer in leaves.values()}
    missing = [kind for kind in wanted["types"] if kind not in kinds]
    if missing:
        raise UserError(
            f"activations.layers.types: the model has no layer of type {', '.join(missing)}; "
            f"it has {', '.join(sorted(kinds))}"
        )
    return {
        name: layer for name, layer in leaves.items() if type(layer).__name__ in wanted["types"]
    }


def run_black(
    model: nn.Module, shape: tuple[int, int, int], note: Callable[[str, nn.Module, tuple], None]
) -> torch.Tensor:
    """Run a black image through a model, and hear of each module of the user's network that runs.

    Args:
        shape: (H, W, C) of the image.
        note: given a module's name, "" for the network itself, the module and its inputs before the
            module runs, as often as it does.

    Returns:
        The logits (1, K).
    """

    def listen(name: str, module: nn.Module, args: tuple, kwargs: Mapping) -> None:
        note(name, module, (*args, *kwargs.values()))

    height, width, channels = shape
    with ExitStack() as hooks, borrowed(model), torch.no_grad():
        for name, module in users_network(model).named_modules():
            hook = module.register_forward_pre_hook(partial(listen, name), with_kwargs=True)
            hooks.callback(hook.remove)
        return model(torch.zeros(1, channels, height, width, device=device_of(model)))


def activation(
    model: nn.Module,
    layer_name: str,
    images: torch.Tensor,
    filters: Sequence[int] | None = None,
) -> torch.Tensor:
    """The output of a layer; the layers after it are not run.

    Args:
        model: its mode, training or evaluation, is not changed.
        layer_name: as for `find_layer`. Of a layer that runs twice, the first output counts.
        images: (N, C, H, W), as the model takes them.
        filters: channels of the output to return, in this order; None for all. The other channels
            of a plain convolution are not computed: one filter of 128 takes 1/30 of the time.

    Returns:
        The layer's output, (N, channels, h, w) for a convolution, (N, K) for a linear layer;
        differentiable with respect to `images`.

    Raises:
        UserError: the layer is unknown, the forward pass does not reach it, or its output is no
            tensor of such a shape; a filter number is too large, or `filters` is empty.
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


def choose_filters(wanted: Sequence[int] | int | str, channels: int) -> Sequence[int]:
    """The numbers of the filters that are asked for, of a layer that has `channels`.

    Args:
        wanted: the numbers themselves; how many, which are then spread evenly from filter 0, all of
            them if there are fewer; or "all".
    """
    if isinstance(wanted, int):
        count = min(wanted, channels)
        return [number * channels // count for number in range(count)]
    return range(channels) if isinstance(wanted, str) else wanted


def check_filters(layer_name: str, filters: Sequence[int], channels: int) -> None:
    """Check the numbers of filters of a layer.

    Raises:
        UserError: `filters` is empty, or a number is not from 0 to `channels` - 1.
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
    """Run `model` up to the hook that `register` sets; the last argument of that hook."""

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
    """Whether its filters can be computed singly, without hooks that expect the whole output."""
    return type(layer) is nn.Conv2d and layer.groups == 1 and not layer._forward_hooks


def _layers(model: nn.Module) -> dict[str, nn.Module]:
    """All names by which a layer can be found, those of the user's network first."""
    layers = dict(users_network(model).named_modules()) | dict(model.named_modules())
    layers.pop("", None)
    return layers
