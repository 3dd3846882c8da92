"""Gradient methods on models whose answer can be written down."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from shap_models import Calls, on_map, pictures
from torch import nn

from cnnscope.attribution import (
    expected_gradients,
    guided_backprop,
    input_x_gradient,
    integrated_gradients,
    smoothgrad,
)
from cnnscope.attribution._gradients.guidance import guided_gradients
from cnnscope.attribution._gradients.residual import relative
from cnnscope.attribution.baseline import baselines
from cnnscope.errors import RefusalError, UserError
from cnnscope.networks.classifier import Classifier
from cnnscope.seeds import stream

pytestmark = pytest.mark.usefixtures("one_thread")

IMAGES, BACKGROUND, TARGETS = pictures(2, 4), pictures(3, 4, seed=1), np.array([1, 0])


def linear():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 2))


def weights(model, target):
    return model[1].weight[target].detach().numpy().reshape(3, 4, 4)


def squares():
    """The sum of squares, as the logit of both classes."""
    return Calls(lambda m, x: (x**2).sum((1, 2, 3))[:, None].repeat(1, 2), unused=nn.Linear(1, 1))


def steep():
    """Between black and a bright image lies one step."""
    return Calls(lambda m, x: torch.sigmoid(90 * x.mean((2, 3)) - 9), unused=nn.Linear(1, 1))


def moved(images):
    return images.transpose(0, 3, 1, 2) / 255.0


def test_input_x_gradient_of_a_linear_model_is_what_each_pixel_adds():
    model = linear()
    found = input_x_gradient.explain(model, IMAGES, TARGETS)
    for i, target in enumerate(TARGETS):
        expected = weights(model, target) * moved(IMAGES)[i]
        np.testing.assert_allclose(found.details["values"][i], expected, atol=1e-7)
        np.testing.assert_allclose(found.attribution[i], expected.sum(0), atol=1e-7)


@pytest.mark.parametrize("reduce", ["mean", "square", "variance"])
def test_smoothgrad_of_a_linear_model_is_its_weights_and_varies_nowhere(reduce):
    model = linear()
    found = smoothgrad.explain(model, IMAGES, TARGETS, samples=7, reduce=reduce)
    for i, target in enumerate(TARGETS):
        w = weights(model, target)
        expected = {"mean": w, "square": w**2, "variance": 0 * w}[reduce]
        np.testing.assert_allclose(found.details["gradient"][i], expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.attribution[i], abs(expected).max(0), rtol=1e-6, atol=1e-9)
    assert found.facts["units"].startswith("squared") == (reduce != "mean")


@pytest.mark.parametrize("reduce", ["mean", "square", "variance"])
def test_smoothgrad_of_a_square_is_twice_the_noisy_image(reduce):
    """The gradient of x^2 is 2 x; the noise is 0.3 of the image's own range."""
    images = IMAGES // 2 + 20
    found = smoothgrad.explain(
        squares(), images, TARGETS, samples=70, noise=0.3, reduce=reduce, seed=5
    )
    for image, gradient in zip(images, found.details["gradient"], strict=True):
        drawn = stream(5, "smoothgrad", image).standard_normal((70, 3, 4, 4), np.float32)
        slopes = 2 * (moved(image[None]) + 0.3 * np.ptp(image / 255.0) * drawn)
        expected = {
            "mean": slopes.mean(0), "square": (slopes**2).mean(0), "variance": slopes.var(0),
        }[reduce]  # fmt: skip
        np.testing.assert_allclose(gradient, expected, rtol=1e-4)


@pytest.mark.parametrize("kind", ["black", "mean", "blur", "noise", "background"])
def test_integrated_gradients_start_from_the_baseline_that_is_asked_for(kind):
    """Of the squares of pixels x, from a baseline r on: x^2 - r^2 each."""
    found = integrated_gradients.explain(
        squares(), IMAGES, TARGETS, baseline=kind, background=BACKGROUND, steps=2, seed=6
    )
    for i, image in enumerate(IMAGES):
        starts = baselines(image, kind, seed=6, background=BACKGROUND).transpose(0, 3, 1, 2)
        x = moved(IMAGES)[i]
        expected = (x**2 - starts**2).mean(0)
        np.testing.assert_allclose(found.details["values"][i], expected, atol=1e-6)
        assert found.details["change"][i] == pytest.approx(expected.sum(), rel=1e-4)
    assert found.details["residual"].max() < 1e-4


@pytest.mark.parametrize(
    ("module", "options", "advice"),
    [
        (integrated_gradients, {"steps": 2}, "raise integrated_gradients.steps"),
        (
            expected_gradients,
            {"samples": 2, "background": np.zeros((1, 4, 4, 3), np.uint8)},
            "raise expected_gradients.samples",
        ),
    ],
)
def test_a_map_that_misses_more_than_a_tenth_is_said_to(module, options, advice):
    images = np.stack([np.full((4, 4, 3), value, np.uint8) for value in (3, 250)])
    said = []
    found = module.explain(steep(), images, np.array([0, 2]), **options, log=said.append)
    assert (found.details["residual"] > 0.1).tolist() == [False, True]
    assert said[-1].endswith(advice) and "1 of 2 images miss more than 10%" in said[-1]
    facts = module.summarise(found.details)
    assert facts["largest_residual"] == found.details["residual"][1]
    assert facts["residuals"].endswith("not to be relied on")
    assert "0 of 1" in module.summarise({"residual": found.details["residual"][:1]})["residuals"]


def test_expected_gradients_of_a_linear_model_are_exact_and_have_no_error():
    model = linear()
    found = expected_gradients.explain(
        model, IMAGES, TARGETS, background=BACKGROUND, samples=1, log=pytest.fail
    )
    for i, target in enumerate(TARGETS):
        change = moved(IMAGES)[i] - moved(BACKGROUND).mean(0)
        expected = weights(model, target) * change
        np.testing.assert_allclose(found.details["values"][i], expected, atol=1e-6)
    assert found.details["residual"].max() < 1e-5 and found.details["residual_error"].max() < 1e-5
    assert found.details["samples"].tolist() == [6, 6]


def test_expected_gradients_tell_the_standard_error_of_what_they_miss():
    model = on_map(lambda m, x: F.gelu(9 * x))
    images, background = pictures(1), pictures(4, seed=1)
    runs = [
        expected_gradients.explain(
            model, images, TARGETS[:1], background=background, samples=24, seed=seed, log=str
        ).details
        for seed in range(30)
    ]
    measured = np.sqrt(np.mean([details["residual"] ** 2 for details in runs]))
    told = np.mean([details["residual_error"] for details in runs])
    assert told == pytest.approx(measured, rel=0.5)


@pytest.mark.parametrize("wrong", [BACKGROUND[:0], BACKGROUND[:, :2]])
def test_a_background_that_does_not_fit_is_refused(wrong):
    with pytest.raises(UserError, match=r"expected_gradients\.background: \d images of"):
        expected_gradients.explain(linear(), IMAGES, TARGETS, background=wrong)


@pytest.mark.parametrize(
    ("act", "named"),
    [(nn.PReLU(), "prelu"), (nn.GELU(), "gelu"), (nn.SiLU(), "silu"), (nn.Identity(), "no activ")],
)
def test_a_network_without_relu_is_not_guided(act, named):
    model = on_map(lambda m, x: m.act(x))
    model.act = act
    with pytest.raises(UserError, match=rf"no ReLU or ReLU6 \(but {named}.*saliency"):
        guided_backprop.explain(model, pictures(1), TARGETS[:1])


def test_other_activations_beside_relu_are_named():
    said = []
    model = on_map(lambda m, x: F.silu(m.act(x)))
    guided_backprop.explain(model, pictures(1), TARGETS[:1], log=said.append)
    assert said == ["guided_backprop: only ReLU and ReLU6 are guided, silu has its plain gradient"]


@pytest.mark.parametrize(
    "relu",
    [
        torch.relu, F.relu, lambda x: F.relu_(1 * x), lambda x: x.relu(), lambda x: (1 * x).relu_(),
        lambda x: x.clamp(min=0), lambda x: torch.clamp(x, 0), F.relu6, nn.ReLU6(inplace=True),
    ],
)  # fmt: skip
def test_a_relu_passes_on_what_is_positive_by_whatever_name(relu):
    """Two pixels above 0 and one below, with outputs that count 2, -3 and 5."""
    factors = torch.tensor([2.0, -3, 5])
    model = Calls(
        lambda m, x: (relu(x.flatten(1) - 0.5) * factors).sum(1, keepdim=True),
        unused=nn.Linear(1, 1),
    )
    image = np.array([255, 255, 0], np.uint8).reshape(1, 1, 3, 1)
    found = guided_backprop.explain(model, image, np.array([0]), log=pytest.fail)
    assert found.details["gradient"].tolist() == [[[[2, 0, 0]]]]


def test_what_is_added_in_place_to_a_relu_is_not_guided():
    """y = relu6(x), then y += -2 x: the ReLU's output counts 1, the other path -2."""

    def forward(m, x):
        y = F.relu6(x)
        y += -2 * x
        return y.flatten(1)

    image = np.full((1, 1, 1, 1), 255, np.uint8)
    found = guided_backprop.explain(Calls(forward, unused=nn.Linear(1, 1)), image, np.array([0]))
    assert found.details["gradient"].item() == -1


@pytest.mark.parametrize("module", [input_x_gradient, smoothgrad, integrated_gradients])
def test_a_network_without_a_gradient_is_named_in_a_line(module):
    model = Classifier(Calls(lambda m, x: x.round().detach().flatten(1), n=nn.ReLU()), [0.0], [1.0])
    model.register_parameter("unused", nn.Parameter(torch.zeros(1)))
    with pytest.raises(UserError, match="no gradient leads from its logits to the image"):
        module.explain(model, IMAGES, TARGETS)


def test_a_network_that_clamps_its_image_has_no_relu_for_that():
    class Clamped(nn.Module):
        def forward(self, images):
            return images.clamp(0, 1).flatten(1)[:, :2]

    images = np.full((1, 4, 4, 3), 100, np.uint8)
    with pytest.raises(RefusalError, match="the network has no ReLU"):
        guided_gradients(Clamped(), images, np.array([1]), str)


def test_a_residual_is_a_share_of_what_there_is_to_add_up_to():
    logits = np.array([[2.0, -8.0], [1.0, 2.0], [1.0, 2.0], [0.0, 1000.0]])
    found = relative(np.array([-0.5, 3.0, 0.0, 0.5]), np.array([5.0, -2.0, 0.0, 0.0]), logits)
    # Of no change at all the rounding of the logits is the measure: 0.5 of a thousandth of 1,000.
    np.testing.assert_allclose(found, [0.1, 1.5, 0, 0.5])
