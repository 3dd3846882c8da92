"""Intercept the nonlinear functions that a model calls, and check that all have a rule."""

import re
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnscope.attribution._shap import deep_rules as rules
from cnnscope.attribution._shap.product_rule import Product, Scaling, is_product, product_rule

# The functions that modules call (nn.ReLU6 calls F.hardtanh) and those that a forward() may call.
ELEMENTWISE = {
    *(F.relu, torch.relu, torch.Tensor.relu, F.relu6, F.hardtanh, F.leaky_relu, F.prelu, F.rrelu),
    *(F.elu, F.selu, F.celu, F.gelu, F.silu, F.mish, F.softplus, F.logsigmoid, F.softsign),
    *(torch.sigmoid, torch.Tensor.sigmoid, torch.tanh, torch.Tensor.tanh),
    *(F.hardswish, F.hardsigmoid, F.softshrink, F.hardshrink, F.tanhshrink, F._threshold),
}
_POOLS = {
    F.max_pool2d: rules.max_pool,
    torch.max_pool2d: rules.max_pool,
    F.adaptive_max_pool2d: rules.adaptive_max_pool,
}

# Nodes of autograd's graph whose derivative does not depend on their inputs.
_LINEAR = re.compile(
    "AccumulateGrad|Add|Sub|Rsub|Neg|Sum|Mean|Cumsum|Cat|Stack|Split|SplitWithSizes|Unbind|Chunk|"
    "View|UnsafeView|ReshapeAlias|Reshape|Flatten|Unflatten|Squeeze|Unsqueeze|Expand|Repeat|"
    "Transpose|T|Permute|Movedim|Slice|Select|Narrow|Index|IndexSelect|Gather|Flip|Roll|Diagonal|"
    "AsStrided|Alias|Clone|CopyBackwards|ToCopy|Contiguous|Unfold|Im2Col|Col2Im|PixelShuffle|PixelUnshuffle|"
    "ChannelShuffle|ConstantPadNd|ReflectionPad2D|ReplicationPad2D|AvgPool2D|AvgPool3D|"
    "(Mkldnn)?AdaptiveAvgPool2D|AdaptiveAvgPool3D|Upsample(Nearest|NearestExact|Bilinear|Bicubic)2D"
)
# Linear as long as at most one of the operands at these positions depends on the image.
_PRODUCTS = {
    **dict.fromkeys(["Mul", "Mm", "Bmm", "Mv", "Dot", "Convolution", "Linear"], (0, 1)),
    **dict.fromkeys(["Addmm", "Addmv", "Addbmm", "Baddbmm"], (1, 2)),
}


class Tape(TorchFunctionMode):
    """Replaces each call of a nonlinear function by a rule.

    `record` builds the autograd graph of the background's forward pass, with one node for each
    rule. `follow` runs an image and passes its values to these rules, matching the calls by their
    order. After that, differentiating the recorded logits gives the multipliers of that image.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = model
        self._rules: list[rules.Rule] = []
        self._following: Iterator[rules.Rule] | None = None

    def record(self, background: torch.Tensor) -> torch.Tensor:
        """Logits (B, K) of `background`, which must require a gradient.

        Raises:
            UnsupportedModelError: the logits depend on a function that has no rule.
        """
        self._rules, self._following = [], None
        with torch.enable_grad(), self:
            logits = self._model(background)
        for rule in _rules_between(logits):
            rule.used = True
        for rule in self._rules:
            rule.source = None
        return logits

    def follow(self, image: torch.Tensor) -> None:
        """Set the multipliers of the recorded graph to those of `image` (1, C, H, W).

        Raises:
            UnsupportedModelError: the model calls other functions for `image`.
        """
        self._following = iter(self._rules)
        with torch.no_grad(), self:
            self._model(image)
        if next(self._following, None) is not None:
            raise rules.UnsupportedModelError("it calls fewer functions for another image")

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if is_product(func, args, kwargs):
            return self._multiply(func, *args)
        kind_and_call = _rule_for(func, args, kwargs)
        if kind_and_call is None:
            return func(*args, **kwargs)
        kind, call = kind_and_call
        if self._following is None:
            rule = kind(call, args[0])
            self._rules.append(rule)
            return rules.Node.apply(rule.source, rule)
        return self._next_rule(kind).follow(args[0])

    def _multiply(self, func: Callable, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if self._following is None:
            rule = product_rule(func, x, y)
            self._rules.append(rule)
            return rule.result(x, y)
        return self._next_rule(Product, Scaling).follow(x, y)

    def _next_rule(self, *kinds: type[rules.Rule]) -> rules.Rule:
        rule = next(self._following, None)
        if type(rule) not in kinds:
            raise rules.UnsupportedModelError("it calls other functions for another image")
        return rule


def _rule_for(
    func: Callable, args: tuple, kwargs: dict
) -> tuple[type[rules.Rule], Callable[[torch.Tensor], torch.Tensor]] | None:
    """The type of rule for `func`, and `func` as a function of its first argument alone."""
    if not args:
        return None
    if func in _POOLS:
        kind, func = rules.MaxPool, _POOLS[func]
    elif func is F.batch_norm and not kwargs["training"]:
        kind = rules.Norm
    elif func in ELEMENTWISE:
        kind = rules.Elementwise
        kwargs = {name: value for name, value in kwargs.items() if name != "inplace"}
    else:
        return None
    return kind, lambda x: func(x, *args[1:], **kwargs)


def _rules_between(logits: torch.Tensor) -> list[rules.Rule]:
    """The rules in the autograd graph between `logits` and the images.

    Raises:
        UnsupportedModelError: another function in this graph is not linear.
    """
    if logits.grad_fn is None:
        raise rules.UnsupportedModelError("its logits carry no gradient")
    found_rules, seen, waiting = [], set(), [logits.grad_fn]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        before = [other for other, _ in node.next_functions]
        waiting += [other for other in before if other is not None]
        rule = rules.rule_of(node)
        if rule is None:
            _check_linear(re.sub(r"Backward\d*$", "", type(node).__name__), before)
        else:
            found_rules.append(rule)
    return found_rules


def _check_linear(name: str, before: list) -> None:
    """Raise an UnsupportedModelError if a function is not linear in what depends on the images.

    Args:
        name: of the function's node in the autograd graph, without "Backward0".
        before: for each operand the node that it comes from, or None for a constant.
    """
    depends = [position for position, node in enumerate(before) if node is not None]
    if name == "Div":
        linear = depends == [0]
    elif name in _PRODUCTS:
        linear = len(set(depends) & set(_PRODUCTS[name])) < 2
    else:
        linear = _LINEAR.fullmatch(name) is not None
    if not linear:
        raise rules.UnsupportedModelError(f"no rule for {name}")
