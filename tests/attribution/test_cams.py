import numpy as np
import pytest
import torch
from captum.attr import GuidedGradCam
from shap_models import Calls, lived_in, pictures
from torch import nn
from torch.nn import functional
from torchcam import methods as torchcam

from cnnscope.attribution import (
    grad_cam,
    grad_cam_plus_plus,
    guided_grad_cam,
    hires_cam,
    layer_cam,
    score_cam,
)
from cnnscope.errors import UserError
from cnnscope.networks.classifier import Classifier, to_tensor

METHODS = (grad_cam, grad_cam_plus_plus, layer_cam, hires_cam, score_cam)
IMAGES = pictures(5, 15)
TARGETS = np.array([2, 0, 1, 1, 2])
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def explain(method, network, layer=None, images=IMAGES, targets=TARGETS, log=None):
    def refuse(line):
        pytest.fail(line)

    model = network if isinstance(network, Classifier) else Classifier(network, [0] * 3, [1] * 3)
    return method.explain(model, images, targets, layer=layer, log=log or refuse)


def network():
    """Of 15 x 15 makes maps of 5 x 5, three times smaller: their extremes stay when enlarged."""
    return lived_in(nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.PReLU(), nn.MaxPool2d(3),
        nn.Conv2d(6, 7, 3, padding=1), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(175, 3),
    ), 15)  # fmt: skip


def pooled_head():
    layers = nn.Conv2d(3, 4, 3, 2), nn.PReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    return nn.Sequential(*layers, nn.Linear(4, 3))


def gradient_of(head, activations):
    """Of the target logits, with respect to the input of a head."""
    inputs = activations.clone().requires_grad_()
    logits = head(inputs).gather(1, torch.from_numpy(TARGETS)[:, None])
    return torch.autograd.grad(logits.sum(), inputs)[0]


@pytest.mark.parametrize("layer", ["2", "4", "5"], ids=["prelu", "before in-place relu", "last"])
@pytest.mark.parametrize(
    ("method", "oracle"),
    [
        (grad_cam, torchcam.GradCAM),
        (layer_cam, torchcam.LayerCAM),
        (score_cam, torchcam.ScoreCAM),
    ],
)
def test_equals_torch_cam(method, oracle, layer):
    model = Classifier(network(), [0.5, 0.4, 0.3], [0.2, 0.3, 0.4])
    # Its gradients are those behind an activation that works in place.
    apart = Classifier(network(), [0.5, 0.4, 0.3], [0.2, 0.3, 0.4])
    apart.load_state_dict(model.state_dict())
    apart.network[5].inplace = False
    with oracle(apart.eval(), f"network.{layer}") as reference:
        pixels = to_tensor(IMAGES, CPU).requires_grad_()
        (expected,) = reference(TARGETS.tolist(), apart(pixels), normalized=False)
    ours = explain(method, model, layer, log=str)
    layer_map = ours.details["layer_map"]
    largest = abs(expected).max()
    np.testing.assert_allclose(layer_map, expected.detach().numpy(), rtol=0, atol=1e-4 * largest)
    assert largest > 0 and layer_map.shape[1:] == ((15, 15) if layer == "2" else (5, 5))
    assert ours.facts["layer"] == layer


def test_the_weights_of_grad_cam_plus_plus_follow_from_three_derivatives():
    """Those of the exponential of a logit, found by differentiating three times."""
    model = network()
    ours = explain(grad_cam_plus_plus, model, "4").details["layer_map"]
    head = nn.Sequential(nn.ReLU(), *model[6:]).double()
    activations = model[:5](to_tensor(IMAGES, CPU)).detach().double()
    for i, target in enumerate(TARGETS):
        inputs = activations[i : i + 1].clone().requires_grad_()
        logit = head(inputs)[0, target]
        (first,) = torch.autograd.grad(logit, inputs)
        # A network of pieces that are linear: each position by itself moves its logit by `first`.
        steps = torch.zeros_like(first).requires_grad_()
        value = torch.exp(logit.detach() + first * steps)
        derivatives = []
        for _ in range(3):
            (value,) = torch.autograd.grad(value.sum(), steps, create_graph=True)
            derivatives.append(value.detach())
        one, two, three = derivatives
        total = inputs.sum((2, 3), keepdim=True)
        alpha = torch.nan_to_num(two / (2 * two + total * three))
        weights = (alpha * one.relu()).sum((2, 3), keepdim=True)
        expected = (weights * inputs).sum(1).relu()[0] / logit.exp()
        np.testing.assert_allclose(ours[i], expected.detach(), rtol=1e-4, atol=1e-6)


def test_layer_cam_and_hires_cam_by_hand():
    """A layer of two channels with one position on the left and one on the right."""
    weights = torch.tensor([[2.0, -1.0, -3.0, 4.0]])
    head = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, bias=False))
    head[1].weight.data = weights
    layers = Classifier(nn.Sequential(nn.ReLU(), *head), [0, 0], [1, 1])
    layers.register_parameter("unused", nn.Parameter(torch.zeros(1)))
    image = np.zeros((1, 1, 2, 2), np.uint8)
    image[0, 0] = [[255, 51], [102, 204]]  # left: 1 and 0.2, right: 0.4 and 0.8
    asked = {"images": image, "targets": np.array([0])}
    # Channel 0 has the gradients 2 and -1, channel 1 has -3 and 4.
    for method, expected in (
        (hires_cam, [2 * 1 - 3 * 0.2, -1 * 0.4 + 4 * 0.8]),
        (layer_cam, [2 * 1, 4 * 0.8]),
        (grad_cam, [0.5 * 1 + 0.5 * 0.2, 0.5 * 0.4 + 0.5 * 0.8]),
    ):
        found = explain(method, layers, **asked)
        np.testing.assert_allclose(found.details["layer_map"][0], [expected], rtol=1e-6)
        np.testing.assert_allclose(found.attribution[0], [expected], rtol=1e-6)


def test_behind_global_pooling_hires_cam_without_negative_values_is_grad_cam():
    model = pooled_head()
    hires = explain(hires_cam, model)
    assert (hires.attribution < 0).any()
    grad = explain(grad_cam, model, log=str).details["layer_map"]
    np.testing.assert_allclose(hires.details["layer_map"].clip(0), grad, atol=1e-6)


@pytest.mark.parametrize("make", [pooled_head, network])
def test_hires_cam_says_what_each_position_adds_to_the_logit(make):
    """Where the logits are linear in the layer."""
    model = make()
    maps = explain(hires_cam, model).details["layer_map"]
    logits = model(to_tensor(IMAGES, CPU)).detach().numpy()
    expected = logits[np.arange(5), TARGETS] - model[-1].bias.detach().numpy()[TARGETS]
    np.testing.assert_allclose(maps.sum((1, 2)), expected, rtol=1e-4, atol=1e-5)


def test_score_cam_weighs_channels_by_what_they_let_through():
    model = network()
    found = explain(score_cam, model)
    activations = model[:6](to_tensor(IMAGES, CPU)).detach()
    for i, target in enumerate(TARGETS):
        scores = []
        for channel in activations[i]:
            mask = functional.interpolate(channel[None, None], (15, 15), mode="bilinear")
            mask = mask - mask.min()
            mask = mask / mask.max() if mask.max() else mask
            scores.append(model(mask * to_tensor(IMAGES[i : i + 1], CPU))[0, target])
        weights = torch.stack(scores).softmax(0)
        np.testing.assert_allclose(found.details["weights"][i], weights.detach(), atol=1e-5)
        expected = torch.einsum("c,chw->hw", weights, activations[i]).relu().detach()
        np.testing.assert_allclose(found.details["layer_map"][i], expected, atol=1e-5)
    np.testing.assert_allclose(found.details["weights"].sum(1), 1, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_maps_are_enlarged_between_the_centres_of_positions(method):
    found = explain(method, network(), log=str)
    maps = torch.from_numpy(found.details["layer_map"])[:, None]
    expected = functional.interpolate(maps, (15, 15), mode="bilinear", align_corners=False)[:, 0]
    np.testing.assert_allclose(found.attribution, expected, rtol=1e-6)


def by_definition(run, activations):
    """Grad-CAM of a layer that `run` follows."""
    gradient = gradient_of(run, activations)
    return (gradient.mean((2, 3), keepdim=True) * activations).sum(1).relu().detach()


def test_guided_grad_cam_equals_captum():
    """Up to the way in which maps are enlarged, which is the same for maps of the image's size."""
    model = network()
    model[2], model[5] = nn.ReLU(), nn.ReLU()
    found = explain(guided_grad_cam, model, "1")
    pixels = to_tensor(IMAGES, CPU).requires_grad_()
    expected = GuidedGradCam(model, model[1]).attribute(
        pixels, torch.from_numpy(TARGETS), interpolate_mode="bilinear"
    )
    expected = expected.detach().numpy()
    largest = abs(expected).max()
    np.testing.assert_allclose(found.details["product"], expected, rtol=0, atol=1e-5 * largest)
    np.testing.assert_allclose(found.attribution, abs(expected).max(1), atol=1e-5 * largest)
    assert largest > 0 and found.facts["layer"] == "1"


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
        ("head", r"layer: 'head' gives \(1, 3\), no spatial map .* or use null"),
        ("pool", r"'pool' gives \(1, 4, 1, 1\), no spatial map"),
        ("idle", "'idle' does not run"),
        ("aside", "'aside' gives .* that the logits depend on"),
    ],
)
def test_a_layer_without_a_map_is_refused_in_a_line(layer, message):
    parts = {"gate": nn.Conv2d(3, 4, 3), "pool": nn.AdaptiveAvgPool2d(1), "head": nn.Linear(4, 3)}
    parts |= {"idle": nn.ReLU(), "aside": nn.Conv2d(3, 2, 3)}

    def forward(m, x):
        m.aside(x)
        return m.head(m.pool(m.gate(x)).flatten(1))

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
