"""The exact rule for a product of two maps that both depend on the images, such as map and gate.

With x, y on the explained image and x', y' on a background image,

    x y - x' y' = (x - x') (y + y') / 2 + (y - y') (x + x') / 2,

so the multiplier of a factor is half the sum of both values of the other. Nothing is lost, and
neither factor is preferred: these are the Shapley values of a game of two players, of which each
is either on the image or on the background.
"""

import torch

from cnnscope.attribution._shap.deep_rules import Rule, UnsupportedModelError

MULTIPLY = {
    *(torch.mul, torch.multiply, torch.Tensor.mul, torch.Tensor.multiply),
    *(torch.Tensor.mul_, torch.Tensor.multiply_),
}
_IN_PLACE = {torch.Tensor.mul_, torch.Tensor.multiply_}


class Scaling(Rule):
    """A product with a constant. It is linear, so autograd needs no help.

    It is recorded because, on the image, it cannot be told from other products.
    """

    def __init__(self, call, x, y):
        super().__init__(call, x)

    def result(self, x, y):
        return self.call(x, y)

    def follow(self, x, y):
        return self.call(x, y)


class Product(Rule):
    """A product of two maps, of which autograd may broadcast one to the shape of the other."""

    def __init__(self, call, x, y):
        super().__init__(call, x)
        self._in_place = call in _IN_PLACE
        # What is multiplied in place is copied first; other maps must stay as they are.
        self._factors = x.detach().clone() if self._in_place else x.detach(), y.detach()
        self._versions = [factor._version for factor in self._factors]
        self._multipliers: list[torch.Tensor] = []

    def result(self, x, y):
        product = ProductNode.apply(x, y, self)
        # The model may go on to use the map that it multiplied, and not what the call returned.
        return x.copy_(product) if self._in_place else product

    def follow(self, x, y):
        if self.used:
            self._multipliers = [self._half_sum(1, y), self._half_sum(0, x)]
        return self.call(x, y)

    def multiply(self, gradient):
        pairs = zip(self._multipliers, self._factors, strict=True)
        return tuple(
            (gradient * multiplier).sum_to_size(factor.shape) for multiplier, factor in pairs
        )

    def _half_sum(self, place: int, on_image: torch.Tensor) -> torch.Tensor:
        """Half the sum of both values of a factor."""
        on_background = self._factors[place]
        if on_image.shape[0] != 1 or on_image.shape[1:] != on_background.shape[1:]:
            raise UnsupportedModelError("a tensor in it does not have the images first")
        if on_background._version != self._versions[place]:
            raise UnsupportedModelError("it writes into a tensor that it has used before")
        return (on_image + on_background) / 2


class ProductNode(torch.autograd.Function):
    """Inserts a `Product` into the autograd graph of the background's forward pass."""

    @staticmethod
    def forward(ctx, x, y, rule):
        ctx.rule = rule
        return x * y

    @staticmethod
    def backward(ctx, gradient):
        return *ctx.rule.multiply(gradient), None


def is_product(func, args: tuple, kwargs: dict) -> bool:
    """Whether a call multiplies two tensors."""
    both = len(args) == 2 and all(isinstance(factor, torch.Tensor) for factor in args)
    return func in MULTIPLY and both and not kwargs


def product_rule(func, x: torch.Tensor, y: torch.Tensor) -> Rule:
    """The rule for a call that multiplies two tensors while the background is recorded."""
    kind = Product if x.requires_grad and y.requires_grad else Scaling
    return kind(func, x, y)
