"""How relevance goes from the output of a function to its inputs.

Bach, Binder, Montavon, Klauschen, Müller, Samek 2015, "On Pixel-Wise Explanations for Non-Linear
Classifier Decisions by Layer-Wise Relevance Propagation",
https://doi.org/10.1371/journal.pone.0130140; Montavon, Binder, Lapuschkin, Samek, Müller 2019,
"Layer-Wise Relevance Propagation: An Overview", https://doi.org/10.1007/978-3-030-28954-6_10.

Each rule divides the relevance of a number by the contributions to it. A contribution of a bias
belongs to no pixel: what it takes is counted.
"""

from collections.abc import Callable

import torch

# Keeps divisors from 0. It takes relevance, which the residual shows.
_STABILISER = 1e-6


class Rule:
    """One call of a function in the forward pass.

    Attributes:
        needs_inputs: whether `share` is given the values of the sources.
        value: the output of the function.
        sources: the tensors that receive relevance; empty after recording.
        behind_layer: whether the image has gone through a layer with weights.
        is_gate: whether the function's values, from 0 to 1, are there to scale others.
    """

    needs_inputs = True

    def __init__(self, value: torch.Tensor, *sources: torch.Tensor, is_gate: bool = False) -> None:
        self.value, self.sources = value, sources
        self.behind_layer, self.is_gate = False, is_gate

    def share(
        self, relevance: torch.Tensor, *inputs: torch.Tensor
    ) -> tuple[tuple[torch.Tensor | None, ...], torch.Tensor | None]:
        """Divide the relevance of the output.

        Args:
            inputs: the values of `sources` in the forward pass, or none by `needs_inputs`.

        Returns:
            The relevance of each source, and what biases have taken, shaped as `relevance`, or
            None where there is no bias.
        """
        raise NotImplementedError


class Node(torch.autograd.Function):
    """Inserts a rule into the autograd graph; what flows back through the graph is relevance.

    The gradient of its first input (N,) is what biases have taken of each image's relevance.
    """

    @staticmethod
    def forward(ctx, taken, rule, *inputs):
        ctx.rule = rule
        # What is saved must not be overwritten later, so no more is than a rule needs.
        ctx.save_for_backward(*inputs if rule.needs_inputs else ())
        return rule.value

    @staticmethod
    def backward(ctx, relevance):
        shares, by_bias = ctx.rule.share(relevance, *ctx.saved_tensors)
        if by_bias is not None:
            by_bias = by_bias.double().flatten(1).sum(1)
        return by_bias, None, *shares


class Pass(Rule):
    """All of it goes to the source.

    So for elementwise functions, for sums and products with constants, and for the product of a
    map and its gate (Arras, Montavon, Müller, Samek 2017, "Explaining Recurrent Neural Network
    Predictions in Sentiment Analysis", https://arxiv.org/abs/1706.07206, section 3.1).
    """

    needs_inputs = False

    def __init__(self, value, source, **others):
        super().__init__(value, source, **others)
        self._shape = source.shape

    def share(self, relevance, *inputs):
        return (relevance.sum_to_size(self._shape),), None


class Sum(Rule):
    """The sum of two maps, such as a skip connection: in proportion to what each adds.

    Args:
        factor: of the second map, -1 in a difference.
    """

    def __init__(self, value, *sources, factor: float):
        super().__init__(value, *sources)
        self.factor = factor

    def share(self, relevance, *inputs):
        first, second = inputs[0], inputs[1] * self.factor
        quotient = relevance / stabilised(first + second)
        shares = (first * quotient).sum_to_size(first.shape), second * quotient
        return (shares[0], shares[1].sum_to_size(second.shape)), None


class Mean(Rule):
    """A linear function without weights, such as average pooling: in proportion to the inputs."""

    def __init__(self, value, *sources, call: Callable[[torch.Tensor], torch.Tensor]):
        super().__init__(value, *sources)
        self.call = call

    def share(self, relevance, *inputs):
        (x,) = inputs
        output, back = _linear(self.call, x)
        return (x * back(relevance / stabilised(output)),), None


class Layer(Rule):
    """A convolution or a linear layer.

    Args:
        kind: `flat`, equally to all inputs; `plus`, in proportion to contributions above 0, or
            to those below 0 where there are no others; `epsilon`, in proportion to all of them.
        call: the layer as a function of its input, its weights and its bias.
        channels: the shape of the bias that fits the output.
    """

    def __init__(
        self, value, *sources, kind: str, call: Callable, weight: torch.Tensor,
        bias: torch.Tensor | None, channels: tuple[int, ...],
    ):  # fmt: skip
        super().__init__(value, *sources)
        self.kind, self.call, self.channels = kind, call, channels
        self.weight, self.bias = weight, bias
        self.behind_layer = True

    def scaled(self, value: torch.Tensor, factor: torch.Tensor, shift: torch.Tensor) -> "Layer":
        """This layer and a batch norm behind it as one layer, whose output is `value`.

        Args:
            factor, shift: (channels,), of the norm.
        """
        weight = self.weight * factor.view(-1, *[1] * (self.weight.dim() - 1))
        bias = shift if self.bias is None else self.bias * factor + shift
        return Layer(
            value, *self.sources, kind=self.kind, call=self.call, weight=weight, bias=bias,
            channels=self.channels,
        )  # fmt: skip

    def share(self, relevance, *inputs):
        (x,) = inputs
        if self.kind == "flat":
            ones = torch.ones_like(self.weight)
            output, back = _linear(lambda x: self.call(x, ones, None), torch.ones_like(x))
            return (back(relevance / stabilised(output)),), None
        if self.kind == "epsilon":
            share, by_bias, _ = self._in_proportion(relevance, [(x, self.weight)], self.bias)
            return (share,), by_bias
        share, by_bias, output = self._in_proportion(relevance, *self._signed(x, 1))
        none_above = (output <= 0) & (relevance != 0)
        if none_above.any():
            below = self._in_proportion(relevance * none_above, *self._signed(x, -1))
            share = share + below[0]
            by_bias = by_bias if self.bias is None else by_bias + below[1]
        return (share,), by_bias

    def _signed(self, x, sign: int) -> tuple[list, torch.Tensor | None]:
        """Inputs and weights whose products are above 0, or by -1 below 0; and such biases."""
        above, below = {"min": 0}, {"max": 0}
        first, second = (above, below) if sign > 0 else (below, above)
        parts = [(x.clamp(min=0), self.weight.clamp(**first))]
        if (x < 0).any():
            parts.append((x.clamp(max=0), self.weight.clamp(**second)))
        return parts, None if self.bias is None else self.bias.clamp(**first)

    def _in_proportion(self, relevance, parts, bias):
        """By the contributions input x weight of each of `parts`, and by those of the bias.

        Returns:
            The relevance of the input, what the bias took or None, and all contributions.
        """
        calls = [_linear(lambda x, w=weight: self.call(x, w, None), x) for x, weight in parts]
        output = sum(one for one, _ in calls)
        added = None if bias is None else bias.view(self.channels)
        output = output if bias is None else output + added
        quotient = relevance / stabilised(output)
        shares = [x * back(quotient) for (x, _), (_, back) in zip(parts, calls, strict=True)]
        return sum(shares), None if bias is None else quotient * added, output


def stabilised(divisor: torch.Tensor) -> torch.Tensor:
    """The divisor, moved away from 0."""
    return divisor + torch.where(divisor < 0, -_STABILISER, _STABILISER)


def _linear(call: Callable, x: torch.Tensor) -> tuple[torch.Tensor, Callable]:
    """The output of a linear function, and the function that leads from outputs to inputs."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        output = call(x)
    return output.detach(), lambda gradient: torch.autograd.grad(output, x, gradient)[0]
