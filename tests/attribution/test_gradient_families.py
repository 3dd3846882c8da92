"""Gradient methods on families of classifiers in torchvision."""

import captum.attr
import numpy as np
import pytest
import torch
from families import ALL, network
from shap_models import pictures

from cnnscope.attribution import guided_backprop, integrated_gradients, lrp
from cnnscope.errors import UserError
from cnnscope.networks.classifier import to_tensor

# What guided backpropagation and relevance say: nothing, or why they do not answer.
FAMILIES = {
    "alexnet": (None, None),
    "densenet": (None, None),
    "efficientnet": ("no ReLU or ReLU6 .*silu", None),
    "efficientnet_v2": ("no ReLU or ReLU6 .*silu", None),
    "googlenet": (None, None),
    "inception": (None, None),
    "mnasnet": (None, None),
    "mobilenet_v2": (None, None),
    "mobilenet_v3": (None, None),
    "regnet_x": (None, None),
    "regnet_y": (None, None),
    "resnet": (None, None),
    "resnext": (None, None),
    "shufflenet": (None, None),
    "squeezenet": (None, None),
    "vgg": (None, None),
    "wide_resnet": (None, None),
    "convnext": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
    "maxvit": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
    "swin": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
    "swin_v2": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
    "vit": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
}


# Untrained networks bend too often for a few gradients to add up, even on so short a way.
BENT = {
    "densenet", "googlenet", "inception", "mobilenet_v2", "regnet_x", "regnet_y", "resnext",
    "shufflenet", "wide_resnet",
}  # fmt: skip


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def explained(module, refusal: str | None, *arguments, **options):
    """The answer, or None where it is refused as expected."""
    if refusal is None:
        return module.explain(*arguments, log=str, **options)
    with pytest.raises(UserError, match=refusal):
        module.explain(*arguments, log=str, **options)
    return None


def integrated(family: str, model: torch.nn.Module, image: np.ndarray) -> float:
    """Compare integrated gradients from an image nearby to captum; the change of the logit."""
    # Images of 224 pixels take their time.
    steps = 2 if family == "maxvit" else 16
    near = image ^ np.random.default_rng(0).integers(0, 2, image.shape, np.uint8)
    found = integrated_gradients.explain(
        model, image, np.array([1]), baseline="background", background=near, steps=steps, log=str
    ).details
    x, r = (to_tensor(one, torch.device("cpu")) for one in (image, near))
    expected = captum.attr.IntegratedGradients(model).attribute(x, r, 1, n_steps=steps)[0].numpy()
    np.testing.assert_allclose(
        found["values"][0], expected, atol=0.03 * abs(expected).max(), rtol=0
    )
    with torch.no_grad():
        change = float(model(x)[0, 1] - model(r)[0, 1])
    assert found["change"][0] == pytest.approx(change, rel=0.01)
    assert found["residual"][0] < 0.05 or family in BENT
    return change


@pytest.mark.parametrize("family", FAMILIES)
def test_is_answered_rightly_or_refused_in_a_line(family):
    name, size, arguments = ALL[family]
    model, image, target = network(name, size, arguments), pictures(1, size), np.array([1])
    guided, relevance = FAMILIES[family]
    change = integrated(family, model, image)
    by_guide = explained(guided_backprop, guided, model, image, target)
    by_rules = explained(lrp, relevance, model, image, target)
    # Random weights of a SqueezeNet may answer 0 to everything.
    lives = change != 0
    for found in (by_guide, by_rules):
        if found:
            assert np.isfinite(found.attribution).all() and found.attribution.any() == lives
    if by_rules:
        assert by_rules.details["residual"][0] < 1e-3
