"""Split the first layers of a network into stages whose outputs each depend on a small window."""

import copy
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import fx, nn

Pair = tuple[int, int]

_ELEMENTWISE = (
    nn.BatchNorm2d, nn.Dropout, nn.Dropout2d, nn.ELU, nn.GELU, nn.Hardswish, nn.Hardtanh,
    nn.Identity, nn.LeakyReLU, nn.Mish, nn.PReLU, nn.ReLU, nn.ReLU6, nn.SELU, nn.Sigmoid, nn.SiLU,
    nn.Softplus, nn.Tanh,
)  # fmt: skip
_ELEMENTWISE_FUNCTIONS = (
    operator.add, operator.sub, operator.mul, operator.truediv, torch.add, torch.sub, torch.mul,
    torch.div, torch.relu, nn.functional.relu, nn.functional.leaky_relu,
)  # fmt: skip


@dataclass(frozen=True)
class _Step:
    """One layer as a function of single windows.

    `run` adds no padding: the windows of a padded map hold the value `fill` outside of the map.
    Pairs are (height, width).
    """

    run: Callable[[torch.Tensor], torch.Tensor]
    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    fill: float = 0.0


@dataclass(frozen=True)
class Stage:
    """Consecutive layers whose output at one position depends on one window of their input.

    Attributes:
        steps: functions that, applied in turn, map windows (n, C, *window) to (n, C', 1, 1).
        window: height and width of the window, in positions of the input map.
        stride: distance from one window to the next, down and across.
        padding: how far the first window begins outside of the map, above and to the left.
        fill: the value of the input outside of the map.
        size: height and width of the output map.
        end: the last node of the stage in the traced network.
    """

    steps: tuple[Callable[[torch.Tensor], torch.Tensor], ...]
    window: Pair
    stride: Pair
    padding: Pair
    fill: float
    size: Pair
    end: fx.Node

    def __call__(self, windows: torch.Tensor) -> torch.Tensor:
        for step in self.steps:
            windows = step(windows)
        return windows


def trace(network: nn.Module) -> fx.GraphModule | None:
    """The network as a graph; None where it cannot be traced or has several inputs.

    Tracing fails, for example, where the forward method branches on the values of a tensor.
    """
    try:
        traced = fx.symbolic_trace(network)
    except Exception:  # the forward method may raise anything when given a symbolic input
        return None
    inputs = [node for node in traced.graph.nodes if node.op == "placeholder"]
    return traced if len(inputs) == 1 else None


def local_stages(traced: fx.GraphModule, size: Pair) -> list[Stage]:
    """The stages at the beginning of a network, up to the first layer that cannot join them.

    A layer joins if its kind is known, if its output at one position depends on one window of its
    input, and if it alone uses the output of the layer before it.

    Args:
        traced: the network in evaluation mode.
        size: height and width of the images.
    """
    stages: list[Stage] = []
    node = next(node for node in traced.graph.nodes if node.op == "placeholder")
    while len(node.users) == 1:
        before, node = node, next(iter(node.users))
        step = _step(traced, before, node)
        if step is None:
            break
        # A layer with overlapping or padded windows starts a new stage. Inside a stage, what
        # overlapping windows share would be computed again for each of them.
        if stages and step.kernel == step.stride and step.padding == (0, 0):
            stage = _extend(stages.pop(), step, node)
        else:
            size = stages[-1].size if stages else size
            stage = Stage((step.run,), step.kernel, step.stride, step.padding, step.fill,
                          _out(size, step), node)  # fmt: skip
        if min(stage.size) < 1:
            break
        stages.append(stage)
    return stages


def rest_after(traced: fx.GraphModule, end: fx.Node) -> fx.GraphModule:
    """The rest of the network after node `end`, as a module that takes the output of that node."""
    graph = fx.Graph()
    copies = {end: graph.placeholder("features")}
    past = False
    for node in traced.graph.nodes:
        if (past or node.op == "get_attr") and node is not end:
            copies[node] = graph.node_copy(node, copies.__getitem__)
        past = past or node is end
    return fx.GraphModule(traced, graph)


def _extend(stage: Stage, step: _Step, end: fx.Node) -> Stage:
    return replace(
        stage,
        steps=(*stage.steps, step.run),
        window=_each(lambda w, k, s: w + (k - 1) * s, stage.window, step.kernel, stage.stride),
        stride=_each(operator.mul, stage.stride, step.stride),
        size=_out(stage.size, step),
        end=end,
    )


def _out(size: Pair, step: _Step) -> Pair:
    return _each(
        lambda n, k, s, p: (n + 2 * p - k) // s + 1, size, step.kernel, step.stride, step.padding
    )


def _each(function: Callable[..., int], *pairs: Pair) -> Pair:
    return tuple(function(*numbers) for numbers in zip(*pairs, strict=True))


def _step(traced: fx.GraphModule, before: fx.Node, node: fx.Node) -> _Step | None:
    if node.op == "call_function" and node.target in _ELEMENTWISE_FUNCTIONS:
        return _function_step(traced, before, node)
    if node.op != "call_module" or node.args != (before,) or node.kwargs:
        return None
    module = traced.get_submodule(node.target)
    if module._forward_hooks or module._forward_pre_hooks:
        return None
    if type(module) in _ELEMENTWISE:
        # Without running statistics, batch norm depends on the whole map and the batch.
        spread = isinstance(module, nn.BatchNorm2d) and module.running_mean is None
        return None if spread else _Step(module)
    return _window_step(module)


def _window_step(module: nn.Module) -> _Step | None:
    if type(module) is nn.Conv2d:
        known = module.padding_mode == "zeros" and not isinstance(module.padding, str)
    elif type(module) is nn.MaxPool2d:
        known = not (module.ceil_mode or module.return_indices)
    else:
        known = (
            type(module) is nn.AvgPool2d and not module.ceil_mode and module.padding in (0, (0, 0))
        )
    if not known or _pair(getattr(module, "dilation", 1)) != (1, 1):
        return None
    bare = copy.copy(module)
    bare.padding = (0, 0)
    return _Step(
        bare,
        _pair(module.kernel_size),
        _pair(module.stride),
        _pair(module.padding),
        -math.inf if isinstance(module, nn.MaxPool2d) else 0.0,
    )


def _function_step(traced: fx.GraphModule, before: fx.Node, node: fx.Node) -> _Step | None:
    values = {}
    for other in node.all_input_nodes:
        if other is before:
            continue
        value = _attribute(traced, other.target) if other.op == "get_attr" else None
        if value is None or (value.numel() > 1 and value.shape[-2:] != (1, 1)):
            return None
        values[other] = value

    def run(windows: torch.Tensor) -> torch.Tensor:
        known = values | {before: windows}
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), known.__getitem__)
        return node.target(*args, **kwargs)

    return _Step(run)


def _attribute(traced: fx.GraphModule, target: str) -> torch.Tensor:
    owner, _, name = target.rpartition(".")
    return getattr(traced.get_submodule(owner), name)


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else tuple(value)
