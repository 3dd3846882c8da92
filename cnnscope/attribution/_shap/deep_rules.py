"""The rescale rule of DeepLIFT, which replaces the derivatives of nonlinear functions.

For the input r on a background image and x on the explained image, the multiplier of a function f
is (f(x) - f(r)) / (x - r). Shrikumar, Greenside, Kundaje 2017, "Learning Important Features
Through Propagating Activation Differences", https://arxiv.org/abs/1704.02685, with the thresholds
of `shap.DeepExplainer`.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F

# Where x and r differ by less, the derivative at r replaces the quotient of differences.
_CLOSE = 1e-6
# Where the inputs of a max pool differ by less, their multiplier is 0.
_SAME = 1e-7


class UnsupportedModelError(Exception):
    """The model uses a function for which there is no rule; the message names it."""


class Rule:
    """One call of a function in the forward pass, with the multipliers of its first argument.

    Args:
        call: the function, as a function of its first argument alone.
        x: that argument on the background, (B, ...).

    Attributes:
        source: the tensor to whose multiplier `multiply` leads. It may be the input of an earlier
            function, if this rule covers several functions at once. None after recording.
        used: whether the logits depend on the images through this rule.
    """

    def __init__(self, call: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> None:
        self.call = call
        self.source: torch.Tensor | None = x
        self.used = False

    def result(self) -> torch.Tensor:
        """The output of the function on the background."""
        return self.call(self.source.detach())

    def follow(self, x: torch.Tensor) -> torch.Tensor:
        """The output of the function on the image; sets the multipliers to those of this image."""
        return self.call(x)

    def multiply(self, gradient: torch.Tensor) -> torch.Tensor:
        """The multiplier of `source`, given that of the function's output, `gradient`."""
        raise NotImplementedError


class Node(torch.autograd.Function):
    """Inserts a rule into the autograd graph of the background's forward pass."""

    @staticmethod
    def forward(ctx, source, rule):
        ctx.rule = rule
        return rule.result()

    @staticmethod
    def backward(ctx, gradient):
        return ctx.rule.multiply(gradient), None


def rule_of(node: torch.autograd.graph.Node | None) -> Rule | None:
    """The rule that a node of the autograd graph stands for, if any."""
    rule = getattr(node, "rule", None)
    return rule if isinstance(rule, Rule) else None


class Norm(Rule):
    """Batch norm with running statistics, which multiplies each channel by a constant factor.

    The rule of an elementwise function that follows includes the factor in its own multiplier.
    """

    def __init__(self, call, x):
        super().__init__(call, x)
        with torch.enable_grad():
            anywhere = x.new_zeros(1, x.shape[1], *[1] * (x.dim() - 2)).requires_grad_()
            (self.factor,) = torch.autograd.grad(call(anywhere).sum(), anywhere)

    def multiply(self, gradient):
        return gradient * self.factor


class _Nonlinear(Rule):
    """A rule that needs its input on the background, `r`, and on the image, `x`."""

    x: torch.Tensor
    factor: torch.Tensor | None = None
    multiplier: torch.Tensor | None = None

    def __init__(self, call, x):
        super().__init__(call, x)
        self.r, self._version = x.detach(), x._version

    def difference(self) -> torch.Tensor:
        """x - r."""
        if self.x.shape[0] != 1 or self.x.shape[1:] != self.r.shape[1:]:
            raise UnsupportedModelError("a tensor in it does not have the images first")
        if self.r._version != self._version:
            raise UnsupportedModelError("it writes into a tensor that it has used before")
        return self.x - self.r


class Elementwise(_Nonlinear):
    """The multiplier (f(x) - f(r)) / (x - r), or the derivative at r where x and r are close."""

    def __init__(self, call, x):
        super().__init__(call, x)
        before = rule_of(x.grad_fn)
        if isinstance(before, Norm):
            self.source, self.factor = before.source, before.factor
        self._at_background: tuple[torch.Tensor, torch.Tensor] | None = None

    def result(self):
        return self.call(self.r)

    def follow(self, x):
        self.x = x
        fx = self.call(x)
        if self.used:
            fr, slope = self._value_and_slope()
            dx = self.difference()
            self.multiplier = torch.where(dx.abs() < _CLOSE, slope, (fx - fr).div_(dx))
            if self.factor is not None:
                self.multiplier *= self.factor
        return fx

    def multiply(self, gradient):
        return gradient * self.multiplier

    def _value_and_slope(self) -> tuple[torch.Tensor, torch.Tensor]:
        if self._at_background is None:
            with torch.enable_grad():
                leaf = self.r.detach().requires_grad_()
                value = self.call(leaf)
                (slope,) = torch.autograd.grad(value.sum(), leaf)
            self._at_background = value.detach(), slope
        return self._at_background


class MaxPool(_Nonlinear):
    """Assigns the change of a window's maximum to a single input of the window.

    If the maximum of a window is larger on the image than on the background, it is assigned to the
    position of the image's maximum, otherwise to that of the background's. After an elementwise
    function, this rule covers both functions, because only these positions need multipliers.

    Args:
        call: gives for an input the maxima, their positions, and a function that adds values at
            positions into a map of zeros of the shape of the input.
    """

    def __init__(self, call, x):
        super().__init__(call, x)
        before = rule_of(x.grad_fn)
        self._input: _Nonlinear = self
        if isinstance(before, Elementwise):
            self._input = before
            self.source, self.factor = before.source, before.factor
        self._top, self._at, self._spread = call(self.r)

    def result(self):
        return self._top.clone()  # because the model may change its copy in place

    def follow(self, x):
        self.x = x
        top, at, _ = self.call(x)
        if self.used:
            self._position = torch.where(top > self._top, at, self._at)
            dx = _take(self._input.difference(), self._position)
            self.multiplier = (top - self._top).div_(dx).masked_fill_(dx.abs() < _SAME, 0.0)
            if self.factor is not None:
                self.multiplier *= self.factor
        return top

    def multiply(self, gradient):
        return self._spread(gradient * self.multiplier, self._position)


def max_pool(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, **_):
    """The `call` of `MaxPool` for `F.max_pool2d`."""
    geometry = [_pair(size) for size in (kernel_size, stride or kernel_size, padding, dilation)]
    top, at = F.max_pool2d(x, *geometry, ceil_mode, return_indices=True)

    def spread(values: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        spread_over = torch.ops.aten.max_pool2d_with_indices_backward
        return spread_over(values, x, *geometry, ceil_mode, at)

    return top, at, spread


def adaptive_max_pool(x, output_size, **_):
    """The `call` of `MaxPool` for `F.adaptive_max_pool2d`."""
    top, at = F.adaptive_max_pool2d(x, output_size, return_indices=True)

    def spread(values: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        return torch.ops.aten.adaptive_max_pool2d_backward(values, x, at)

    return top, at, spread


def _pair(size: int | tuple[int, int]) -> list[int]:
    return [size, size] if isinstance(size, int) else list(size)


def _take(values: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    return values.flatten(2).gather(2, at.flatten(2)).view(at.shape)
