"""Relevance against zennit, and by hand where zennit has no rule."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from families import ALL, network
from shap_models import Calls, on_map, pictures, settled
from torch import nn

from cnnscope.attribution import lrp
from cnnscope.errors import UserError
from cnnscope.networks.vision import torchvision_models

torchvision_models()  # which zennit imports, and which needs help here

from zennit.attribution import Gradient  # noqa: E402
from zennit.canonizers import SequentialMergeBatchNorm  # noqa: E402
from zennit.composites import EpsilonPlusFlat  # noqa: E402
from zennit.torchvision import ResNetCanonizer  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")


def zennit(model, images, targets, canonizers=()):
    pixels = (torch.from_numpy(images).permute(0, 3, 1, 2) / 255).requires_grad_()

    def start(logits):
        rows = range(len(targets)), list(targets)
        relevance = torch.zeros_like(logits)
        relevance[rows] = logits.detach()[rows]
        return relevance

    with Gradient(model, EpsilonPlusFlat(canonizers=list(canonizers))) as attribute:
        return attribute(pixels, start)[1].detach().numpy()


CHAINS = {
    "plain": lambda: [
        nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, stride=2),
        nn.LeakyReLU(), nn.AvgPool2d(2, 1), nn.Conv2d(8, 8, 2, groups=2), nn.ReLU(), nn.Flatten(),
        nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3),
    ],
    "norms": lambda: [
        nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 8, 3, padding=1),
        nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 3),
    ],
    "linear alone": lambda: [nn.Flatten(), nn.Linear(768, 5), nn.Tanh(), nn.Linear(5, 3)],
}  # fmt: skip


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_is_explained_as_by_zennit(chain):
    torch.manual_seed(3)
    model, images, targets = settled(nn.Sequential(*CHAINS[chain]()), 16), pictures(2), [2, 0]
    expected = zennit(model, images, targets, [SequentialMergeBatchNorm()])
    found = lrp.explain(model, images, np.array(targets), log=str)
    np.testing.assert_allclose(
        found.details["values"], expected, atol=1e-4 * abs(expected).max(), rtol=0
    )
    np.testing.assert_allclose(found.attribution, found.details["values"].sum(1), rtol=1e-6)
    assert found.details["residual"].max() < 1e-3


def test_a_resnet_is_explained_as_by_zennit():
    torch.manual_seed(0)
    name, size, arguments = ALL["resnet"]
    model, images = network(name, size, arguments), pictures(1, size)
    expected = zennit(model, images, [0], [ResNetCanonizer()])
    found = lrp.explain(model, images, np.array([0]), log=str).details
    assert abs(found["values"] - expected).max() < 1e-3 * abs(expected).max()


def pixels_of(*values):
    return np.array(values, np.uint8).reshape(1, 1, -1, 1)


def one_by_one(forward, **parts):
    """A network of layers without biases whose weights are all 1, and of `forward`."""
    parts["first"] = nn.Conv2d(1, 1, 1, bias=False)
    parts["last"] = nn.Linear(2, 1, bias=False)
    model = Calls(forward, **parts)
    for module in parts.values():
        nn.init.ones_(module.weight)
    return model.eval()


def explained(model, image, **kwargs):
    return lrp.explain(model, image, np.array([0]), **kwargs)


@pytest.mark.parametrize("in_place", [False, True])
def test_a_skip_connection_splits_in_proportion_to_what_is_added(in_place):
    """Pixels 1 and 0.2 pass by, and cross, half as strong: 1 + 0.1 and 0.2 + 0.5."""

    def forward(m, x):
        x = m.first(x)
        y = 0.5 * x.flip(3)
        if in_place:
            y += x
        return m.last(y.add(0).flatten(1) if in_place else (y + x).flatten(1))

    found = explained(one_by_one(forward), pixels_of(255, 51), log=pytest.fail)
    np.testing.assert_allclose(found.attribution[0, 0], [1.5, 0.3], rtol=1e-4)
    assert found.details["residual"].max() < 1e-5


def test_a_difference_takes_away_what_is_subtracted():
    model = one_by_one(lambda m, x: m.last((m.first(x) - 0.5 * m.first(x).flip(3)).flatten(1)))
    found = explained(model, pixels_of(255, 51))
    np.testing.assert_allclose(found.attribution[0, 0], [0.5, 0.1], rtol=1e-4)


@pytest.mark.parametrize("place", ["first", "second", "of one position"])
def test_a_gate_gets_nothing(place):
    def forward(m, x):
        x = m.first(x)
        gate = torch.sigmoid(9 * x).flip(3)
        if place == "of one position":
            gate = F.hardsigmoid(x.mean(3)).view(-1, 1, 1, 1)
        return m.last((gate * x if place == "first" else x * gate).flatten(1))

    found = explained(one_by_one(forward), pixels_of(255, 51))
    x = np.array([1, 0.2])
    gate = 1 / (1 + np.exp(-9 * x[::-1])) if place != "of one position" else 0.6 / 6 + 0.5
    np.testing.assert_allclose(found.attribution[0, 0], x * gate, rtol=1e-4)


def test_what_biases_take_is_counted_and_belongs_to_no_pixel():
    model = one_by_one(lambda m, x: m.last(m.first(x).flatten(1)))
    model.last.bias = nn.Parameter(torch.tensor([0.4]))
    said = []
    found = explained(model, pixels_of(255, 51), log=said.append)
    np.testing.assert_allclose(found.attribution[0, 0], [1, 0.2], rtol=1e-4)
    assert found.details["bias_share"][0] == pytest.approx(0.25, rel=1e-4)
    assert found.details["residual"][0] < 1e-5
    assert len(said) == 1 and "1 of 1 images biases took more than 10%" in said[0]
    assert lrp.summarise(found.details)["largest_bias_share"] == found.details["bias_share"][0]


def test_an_output_that_nothing_speaks_for_goes_to_what_speaks_against_it():
    """Both pixels, 1 and 0.2, count -1 in a second convolution, which ends in -1.2."""
    model = one_by_one(
        lambda m, x: m.last(m.second(m.first(x)).flatten(1)), second=nn.Conv2d(1, 1, 1, bias=False)
    )
    nn.init.constant_(model.second.weight, -1)
    found = explained(model, pixels_of(255, 51), log=pytest.fail)
    np.testing.assert_allclose(found.attribution[0, 0], [-1, -0.2], rtol=1e-4)


def test_a_norm_that_follows_no_layer_passes_relevance_on():
    model = one_by_one(
        lambda m, x: m.last(m.norm(F.relu(m.first(x))).flatten(1)), norm=nn.BatchNorm2d(1)
    )
    model.norm.running_mean += 0.1
    found = explained(model, pixels_of(255, 51))
    np.testing.assert_allclose(found.attribution[0, 0], [0.9, 0.1], rtol=1e-4)


CONSERVED = {
    "written into after it was used by an activation": lambda m, x: m.act(x).add_(1) + x.add_(1),
    "constants on either side": lambda m, x: m.act(3 - 2 * x / 3) + 1 / (9 + m.act(x)),
    "concatenated": lambda m, x: torch.cat([m.act(x), x], 1)[:, 2:6],
    "norm in place behind": lambda m, x: F.relu(m.norm(x), inplace=True),
    "one map twice": lambda m, x: m.act(x) + m.act(x),
}
REFUSED = {
    "no rule for NativeLayerNorm": lambda m, x: F.layer_norm(x, x.shape[1:]),
    "no rule for Softmax": lambda m, x: x.softmax(1),
    "no rule for the product of two maps": lambda m, x: x * m.act(x),
    "no rule for the quotient of two maps": lambda m, x: x / (9 + m.act(x)),
    "no rule for weights that depend": lambda m, x: F.conv2d(x, x[:4, :, :3, :3]),
    "no rule for a norm over the images": lambda m, x: F.batch_norm(x, None, None, training=True),
    "no rule for UpsampleBilinear2D": lambda m, x: F.interpolate(
        x, scale_factor=2, mode="bilinear"
    ),
    "its logits carry no gradient": lambda m, x: x.detach(),
    "writes into a map that it has used": lambda m, x: F.linear(x, torch.ones(16, 16)) + x.mul_(2),
}


@pytest.mark.parametrize("name", CONSERVED)
def test_relevance_is_conserved(name):
    torch.manual_seed(0)
    found = lrp.explain(on_map(CONSERVED[name]), pictures(2), np.array([1, 2]), log=str)
    assert found.details["residual"].max() < 1e-3 and found.attribution.any((1, 2)).all()


@pytest.mark.parametrize("reason", REFUSED)
def test_a_function_without_a_rule_is_named_in_a_line(reason):
    torch.manual_seed(0)
    with pytest.raises(UserError, match=f"^lrp: .*{reason}") as raised:
        lrp.explain(on_map(REFUSED[reason]), pictures(2), np.array([1, 2]))
    assert "\n" not in str(raised.value)
