"""The maps themselves, against torch-cam, captum and their definitions."""

import numpy as np
import pytest
import torch
from cam_cases import CPU, IMAGES, METHODS, TARGETS, explain, network, pooled_head
from captum.attr import GuidedGradCam
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
from cnnscope.networks.classifier import Classifier, to_tensor


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


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
