"""The layer that class activation maps are of, and networks that are not plain."""

import numpy as np
import pytest
import torch
from cam_cases import CPU, IMAGES, METHODS, TARGETS, by_definition, explain, network
from shap_models import Calls
from torch import nn
from torch.nn import functional

from cnnscope.attribution import grad_cam, hires_cam
from cnnscope.errors import UserError
from cnnscope.networks.classifier import Classifier, to_tensor


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


@pytest.mark.parametrize("method", METHODS)
def test_a_network_may_write_into_its_input(method):
    layers = nn.ReLU(inplace=True), nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(676, 3)
    model = nn.Sequential(*layers)
    model[0].forward = lambda x: x.mul_(2).sub_(0.5)
    writing = method.explain(model, IMAGES, TARGETS, layer="1", log=str)
    plain = nn.Sequential(Calls(lambda m, x: x * 2 - 0.5), *layers[1:])
    apart = method.explain(plain, IMAGES, TARGETS, layer="1", log=str)
    np.testing.assert_array_equal(writing.attribution, apart.attribution)
    assert apart.attribution.any()


def test_a_skip_connection_past_the_layer_adds_nothing():
    parts = {"conv": nn.Conv2d(3, 3, 3, padding=1), "head": nn.Linear(675, 3)}
    model = Calls(lambda m, x: m.head(functional.relu_(m.conv(x).add_(x)).flatten(1)), **parts)
    pixels = to_tensor(IMAGES, CPU)
    activations = model.conv(pixels).detach()
    expected = by_definition(
        lambda a: model.head(functional.relu(a + pixels).flatten(1)), activations
    )
    found = explain(grad_cam, model, log=str)
    assert found.facts["layer"] == "conv"
    np.testing.assert_allclose(found.details["layer_map"], expected, atol=1e-6)
    assert expected.any()


def test_of_a_module_that_runs_more_than_once_the_last_run_with_a_map_counts():
    """First on a map, then on a map again, at last on a vector."""
    parts = {"first": nn.Conv2d(3, 4, 3), "second": nn.Conv2d(4, 4, 3), "act": nn.PReLU()}
    parts |= {"hidden": nn.Linear(4 * 11 * 11, 5), "head": nn.Linear(5, 3)}

    def behind(m, maps):
        return m.head(m.act(m.hidden(maps.flatten(1))))

    model = Calls(lambda m, x: behind(m, m.act(m.second(m.act(m.first(x))))), **parts)
    maps = model.act(model.second(model.act(model.first(to_tensor(IMAGES, CPU))))).detach()
    expected = by_definition(lambda a: behind(model, a), maps)
    for layer in (None, "act"):
        found = explain(grad_cam, model, layer, log=str)
        assert found.facts["layer"] == "act"
        np.testing.assert_allclose(found.details["layer_map"], expected, atol=1e-6)
    assert expected.any()


@pytest.mark.parametrize("method", METHODS)
def test_a_grey_image_and_a_thousand_classes(method):
    layers = nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 13 * 13, 1000)
    model = Classifier(nn.Sequential(*layers), [0.5], [0.25])
    asked = {"images": IMAGES[..., :1], "targets": np.array([999, 0, 500, 998, 1])}
    found = explain(method, model, **asked)
    assert found.attribution.shape == (5, 15, 15) and np.isfinite(found.attribution).all()
    others = explain(method, model, images=IMAGES[..., :1], targets=np.arange(5) + 100, log=str)
    assert (found.attribution != others.attribution).any()


@pytest.mark.parametrize("method", METHODS)
def test_maps_of_zeros_are_reported_not_hidden(method):
    model = network()
    nn.init.constant_(model[5 - 1].weight, 0)
    nn.init.constant_(model[5 - 1].bias, -1)
    said: list[str] = []
    assert not explain(method, model, log=said.append).attribution.any()
    assert said == [
        "images [0, 1, 2, 3, 4] have maps of zeros: no position of layer '5' speaks for their "
        "target"
    ]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("ate", "the model has no layer 'ate'; near it: gate"),
        ("head", r"layer: 'head' gives \(4, 3\), no spatial map .* or use null"),
        ("pool", r"'pool' gives \(4, 4, 1, 1\), no spatial map"),
        ("idle", "'idle' does not run"),
        ("aside", "'aside' gives .* that the logits depend on"),
    ],
)
def test_a_layer_without_a_map_is_refused_in_a_line(layer, message):
    parts = {"gate": nn.Conv2d(3, 4, 3), "pool": nn.AdaptiveAvgPool2d(1), "head": nn.Linear(4, 3)}
    parts |= {"idle": nn.ReLU(), "aside": nn.Conv2d(3, 2, 3)}

    def forward(m, x):
        maps = m.gate(x)
        m.aside(x)
        return m.head(m.pool(maps).flatten(1))

    model = Calls(forward, **parts)
    with pytest.raises(UserError, match=message):
        explain(grad_cam, model, layer)
    assert explain(grad_cam, model, log=str).facts["layer"] == "gate"


def test_a_network_without_maps_is_refused_in_a_line():
    with pytest.raises(UserError, match="no layer of this model has a spatial map"):
        explain(grad_cam, nn.Sequential(nn.Flatten(), nn.Linear(675, 3)))


@pytest.mark.parametrize("before", [0, 1, 2])
def test_tokens_are_read_as_maps_where_they_are_one(before):
    """With and without a class token; of two tokens before the map nobody has told us."""

    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch, self.norm = nn.Conv2d(3, 4, 3, 3), nn.LayerNorm(4)
            self.mix, self.head = nn.Linear(25 + before, 1), nn.Linear(4, 3)

        def forward(self, x):
            tokens = self.patch(x).flatten(2).transpose(1, 2)
            first = tokens.new_ones(len(x), before, 4)
            tokens = self.norm(torch.cat([first, tokens], 1))
            return self.head(self.mix(tokens.transpose(1, 2))[..., 0])

    model = Tokens()
    if before == 2:
        with pytest.raises(UserError, match=r"the tokens \(1, 27, 4\) of 'norm' are no map"):
            explain(grad_cam, model)
        assert explain(grad_cam, model, "patch", log=str).facts["layer"] == "patch"
        return
    found = explain(hires_cam, model)
    assert (found.facts["layer"], found.facts["role"]) == (
        "norm",
        "last with a map, 5 x 5 positions",
    )
    patches = model.patch(to_tensor(IMAGES, CPU)).flatten(2).transpose(1, 2)
    weights = (model.head.weight[TARGETS][:, None] * model.norm(patches)).sum(2)
    expected = weights * model.mix.weight[0, before:]
    np.testing.assert_allclose(
        found.details["layer_map"], expected.detach().reshape(5, 5, 5), atol=1e-5
    )


def test_windows_of_an_image_are_no_map():
    """Of a batch there are more than images, each with a square number of positions."""
    parts = {"conv": nn.Conv2d(3, 4, 1), "mix": nn.Linear(4, 4), "head": nn.Linear(4, 3)}

    def forward(m, x):
        windows = m.conv(x).unfold(2, 5, 5).unfold(3, 5, 5).permute(0, 2, 3, 4, 5, 1)
        return m.head(m.mix(windows.reshape(-1, 25, 4)).reshape(len(x), -1, 4).mean(1))

    with pytest.raises(UserError, match=r"'mix' gives \(36, 25, 4\), no spatial map"):
        explain(grad_cam, Calls(forward, **parts), "mix")
