"""Record the functions that a network calls, each with its rule for relevance."""

import re
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnscope.attribution._gradients import relevance_rules as rules
from cnnscope.attribution._shap.deep_rules import UnsupportedModelError
from cnnscope.attribution._shap.deep_tape import ELEMENTWISE

_T = torch.Tensor
_PASSED = ELEMENTWISE | {
    *(F.relu_, torch.relu_, _T.relu_, _T.sigmoid_, _T.tanh_, torch.clamp, torch.clamp_, _T.clamp),
    *(_T.clamp_, torch.neg, _T.neg, torch.square, _T.square, _T.__rsub__, _T.__rdiv__),
}
_GATES = {torch.sigmoid, _T.sigmoid, _T.sigmoid_, F.hardsigmoid}
_SUMS = {
    **dict.fromkeys((torch.add, _T.add, _T.add_), 1.0),
    **dict.fromkeys((torch.sub, _T.sub, _T.sub_, torch.subtract, _T.subtract), -1.0),
}
_PRODUCTS = {torch.mul, torch.multiply, _T.mul, _T.mul_, _T.multiply, _T.multiply_}
_QUOTIENTS = {torch.div, torch.divide, torch.true_divide, _T.div, _T.div_, _T.divide, _T.divide_}
_MEANS = {
    *(torch.mean, _T.mean, torch.sum, _T.sum, F.avg_pool2d, F.adaptive_avg_pool2d),
}
# Nodes of autograd's graph that copy, move or choose values.
_MOVES = re.compile(
    "AccumulateGrad|Cat|Stack|Split|SplitWithSizes|Unbind|Chunk|View|UnsafeView|ReshapeAlias|"
    "Reshape|Flatten|Unflatten|Squeeze|Unsqueeze|Expand|Repeat|Transpose|T|Permute|Movedim|Slice|"
    "Select|Narrow|Index|IndexSelect|Gather|Flip|Roll|Diagonal|AsStrided|Alias|Clone|CopyBackwards|"
    "CopySlices|ToCopy|Contiguous|PixelShuffle|PixelUnshuffle|ChannelShuffle|ConstantPadNd|"
    "ReflectionPad2D|ReplicationPad2D|UpsampleNearest(Exact)?2D|(Mkldnn)?MaxPool2D(WithIndices)?|"
    "AdaptiveMaxPool2D"
)


class RelevanceTape(TorchFunctionMode):
    """Builds an autograd graph through which relevance flows instead of gradients.

    It sees functions instead of modules, so it does not matter whether a function is a module,
    used twice, in place or a plain call.

    Args:
        taken: float64 (N,), to whose gradient is added what biases take of each image's relevance.
    """

    def __init__(self, taken: torch.Tensor) -> None:
        super().__init__()
        self._taken = taken
        self._rules: list[rules.Rule] = []

    def record(self, model: nn.Module, pixels: torch.Tensor) -> torch.Tensor:
        """Logits (N, K) of `pixels` (N, C, H, W), which must require a gradient.

        Raises:
            UnsupportedModelError: the logits depend on a function that has no rule.
        """
        with torch.enable_grad(), self:
            logits = model(pixels.clone())
        for rule in self._rules:
            rule.sources, rule.value = (), None
        _check(logits)
        return logits

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        known = func in _MAKERS and any(map(_depends, args))
        rule = _MAKERS[func](func, args, kwargs) if known else None
        if rule is None:
            return func(*args, **kwargs)
        in_place = _in_place(func, args, kwargs)
        rule.behind_layer |= any(map(_behind_layer, rule.sources))
        self._rules.append(rule)
        # What is overwritten is copied first, for the rule needs its former values.
        inputs = [one.clone() if in_place and one is args[0] else one for one in rule.sources]
        result = rules.Node.apply(self._taken, rule, *inputs)
        return args[0].copy_(result) if in_place else result


def _layer(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    return _bound_layer(_value(func, args, kwargs), func, *args, **kwargs)


def _bound_layer(value, func, input, weight, bias=None, *rest, **others) -> rules.Rule:
    if _depends(weight) or _depends(bias):
        raise UnsupportedModelError("no rule for weights that depend on the image")
    convolves = func is F.conv2d
    return rules.Layer(
        value, input,
        kind="flat" if not _behind_layer(input) else "plus" if convolves else "epsilon",
        call=lambda x, weight, bias: func(x, weight, bias, *rest, **others),
        weight=weight, bias=bias, channels=(-1, 1, 1) if convolves else (-1,),
    )  # fmt: skip


def _norm(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    return _bound_norm(_value(func, args, kwargs), *args, **kwargs)


def _bound_norm(
    value, input, mean, variance, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
) -> rules.Rule:
    """A batch norm: one layer with the layer before it, otherwise elementwise."""
    if training or mean is None:
        raise UnsupportedModelError("no rule for a norm over the images of a batch")
    before = _rule_of(input.grad_fn)
    if not isinstance(before, rules.Layer):
        return rules.Pass(value, input)
    factor = (variance + eps).rsqrt() * (1 if weight is None else weight)
    shift = (0 if bias is None else bias) - mean * factor
    return before.scaled(value, factor, shift)


def _elementwise(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    return rules.Pass(_value(func, args, kwargs), args[0], is_gate=func in _GATES)


def _mean(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    call = lambda x: func(x, *args[1:], **kwargs)  # noqa: E731
    return rules.Mean(_value(func, args, kwargs), args[0], call=call)


def _sum(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    value, depending = _value(func, args, kwargs), [one for one in args if _depends(one)]
    if len(depending) == 1:
        return rules.Pass(value, *depending)
    return rules.Sum(value, *depending, factor=_SUMS[func] * kwargs.get("alpha", 1))


def _product(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    """The product with a constant, or of a map and its gate, which gets no relevance."""
    first, *others = [one for one in args if _depends(one)]
    value = _value(func, args, kwargs)
    if others and others[0] is not first:
        gates = [_is_gate(one) for one in args]
        if gates[0] == gates[1]:
            raise UnsupportedModelError("no rule for the product of two maps")
        first = args[gates.index(False)]
    return rules.Pass(value, first)


def _quotient(func: Callable, args: tuple, kwargs: dict) -> rules.Rule:
    depending = [one for one in args if _depends(one)]
    if len(depending) > 1:
        raise UnsupportedModelError("no rule for the quotient of two maps")
    return rules.Pass(_value(func, args, kwargs), *depending)


_MAKERS = {
    **dict.fromkeys(_PASSED, _elementwise),
    **dict.fromkeys(_SUMS, _sum),
    **dict.fromkeys(_PRODUCTS, _product),
    **dict.fromkeys(_QUOTIENTS, _quotient),
    **dict.fromkeys(_MEANS, _mean),
    **dict.fromkeys((F.conv2d, F.linear), _layer),
    F.batch_norm: _norm,
}


def _value(func: Callable, args: tuple, kwargs: dict) -> torch.Tensor:
    """The result of a call, without a graph and without writing into its arguments."""
    in_place = _in_place(func, args, kwargs)
    plain = [one.detach() if isinstance(one, torch.Tensor) else one for one in args]
    first = plain[0].clone() if in_place else plain[0]
    with torch.no_grad():
        return func(first, *plain[1:], **kwargs)


def _in_place(func: Callable, args: tuple, kwargs: dict) -> bool:
    """Whether a call writes into its first argument; an activation may say so by position."""
    by_name = func.__name__.endswith("_") and not func.__name__.endswith("__")
    by_position = func in ELEMENTWISE and any(one is True for one in args)
    return by_name or by_position or bool(kwargs.get("inplace"))


def _depends(value) -> bool:
    """Whether a value depends on the image; parameters are frozen."""
    return isinstance(value, torch.Tensor) and value.requires_grad


def _rule_of(node: torch.autograd.graph.Node | None) -> rules.Rule | None:
    rule = getattr(node, "rule", None)
    return rule if isinstance(rule, rules.Rule) else None


def _behind_layer(tensor: torch.Tensor) -> bool:
    """Whether a layer with weights lies between the image and `tensor`."""
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        rule = _rule_of(node)
        if rule is None:
            waiting += [before for before, _ in getattr(node, "next_functions", ())]
        elif rule.behind_layer:
            return True
    return False


def _is_gate(tensor: torch.Tensor) -> bool:
    """Whether a tensor is the output of a gate, whose shape alone may have been changed since."""
    node = tensor.grad_fn
    while node is not None and _rule_of(node) is None:
        before = node.next_functions
        node = before[0][0] if len(before) == 1 else None
    return node is not None and _rule_of(node).is_gate


def _check(logits: torch.Tensor) -> None:
    """Raise an UnsupportedModelError if a function without a rule lies before the logits."""
    if logits.grad_fn is None:
        raise UnsupportedModelError("its logits carry no gradient")
    seen, waiting = set(), [logits.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        waiting += [before for before, _ in node.next_functions]
        name = re.sub(r"Backward\d*$", "", type(node).__name__)
        if _rule_of(node) is None and not _MOVES.fullmatch(name):
            raise UnsupportedModelError(f"no rule for {name}")
