"""Deep SHAP's rule for products of two maps that both depend on the image."""

import numpy as np
import pytest
import torch
from shap_models import Calls, head, lived_in, on_map, pictures, run, settled
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.vision import torchvision_models


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def multiplied_in_place(m, x):
    y = 2 * x
    y.mul_(m.act(x))  # what the call returns is not used
    return y


def writes_into_a_factor(m, x):
    x = 2 * x
    y = m.act(x)
    return x * y + x.add_(1)


EXACT = {
    "swish by hand": lambda m, x: x * torch.sigmoid(x),
    "square": lambda m, x: x * x,
    "product of three": lambda m, x: torch.mul(torch.multiply(x, m.act(x)), m.norm(x)),
    "gate a channel": lambda m, x: m.act(x).mean((2, 3), keepdim=True).sigmoid() * x,
    "gate a place": lambda m, x: x * m.norm(x).mean(1, keepdim=True).sigmoid(),
    "factors without a place of their own": lambda m, x: (
        x.mean((1, 3), keepdim=True) * x.mean((1, 2), keepdim=True) + x
    ),
    "constants between": lambda m, x: 2 * (x * 3) * m.norm.weight.view(-1, 1, 1) * (x * 0.5),
    "in place": multiplied_in_place,
}


@pytest.mark.parametrize("function", EXACT.values(), ids=EXACT)
def test_values_of_products_add_up(function):
    result, said = run(on_map(function), pictures(2), pictures(5, seed=1), engine="cnnscope")
    assert (result.facts["engine"], said) == ("cnnscope", [])
    assert result.details["residual"].max() < 1e-5
    assert abs(result.attribution).max() > 1e-4


def product_of_halves(m, x):
    """Of the three pixels, the first times the second, plus the third."""
    x = x.flatten(1)
    return x[:, :1] * x[:, 1:2] + x[:, 2:]


def test_a_product_is_shared_evenly_as_shapley_shares_it():
    """From (2, 3) to (5, 7) a product rises by 29: (5 - 2) (3 + 7) / 2 and (7 - 3) (2 + 5) / 2.

    The Shapley value of a factor is the mean of what it adds first and what it adds last: 5 x 3 -
    2 x 3 = 9 and 5 x 7 - 2 x 7 = 21 for the first factor, 8 and 20 for the second.
    """
    model = Calls(product_of_halves, unused=nn.Linear(1, 1))
    image, background = (
        np.array(row, np.uint8).reshape(1, 1, 3, 1) for row in ([5, 7, 9], [2, 3, 4])
    )
    result, _ = run(model, image, background, engine="cnnscope")
    expected = [(9 + 21) / 2, (8 + 20) / 2, 5 * 255]
    np.testing.assert_allclose(result.attribution[0, 0] * 255**2, expected, rtol=1e-5)


def test_the_order_of_the_factors_does_not_matter():
    def with_order(reverse):
        def gated(m, x):
            gate = m.act(x).mean((2, 3), keepdim=True).sigmoid()
            return gate * x if reverse else x * gate

        torch.manual_seed(0)
        return run(on_map(gated), pictures(2), pictures(3, seed=1))[0].details["values"]

    np.testing.assert_allclose(with_order(False), with_order(True), atol=1e-7)


def test_squeeze_and_excitation_adds_up():
    squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 2, 1), nn.ReLU())
    excite = nn.Sequential(nn.Conv2d(2, 8, 1), nn.Sigmoid())
    block = Calls(lambda m, x: m.excite(m.squeeze(x)) * x, squeeze=squeeze, excite=excite)
    model = lived_in(
        nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.SiLU(), block, head(8))
    )
    result, said = run(model, pictures(2), pictures(4, seed=1), engine="cnnscope")
    assert (result.facts["engine"], said) == ("cnnscope", [])
    assert result.details["residual"].max() < 1e-5


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v3_small"])
def test_networks_that_squeeze_and_excite_are_exact(name):
    model = settled(torchvision_models().get_model(name, weights=None, num_classes=3), 64)
    result, said = run(model, pictures(1, 64), pictures(4, 64, seed=1), engine="cnnscope")
    assert (result.facts["engine"], said) == ("cnnscope", [])
    assert result.details["residual"].max() < 1e-5


def test_a_factor_that_is_written_into_later_has_no_rule():
    """Nor has it a derivative."""
    with pytest.raises(UserError, match="a tensor that it has used before"):
        run(on_map(writes_into_a_factor), pictures(1), pictures(2, seed=1), engine="cnnscope")
