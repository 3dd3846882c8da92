"""Gradient methods on families of classifiers in torchvision."""

import numpy as np
import pytest
import torch
from families import ALL, network
from shap_models import pictures

from cnnscope.attribution import guided_backprop, integrated_gradients, lrp
from cnnscope.errors import UserError

# What guided backpropagation and relevance say: nothing, or why they do not answer.
FAMILIES = {
    "densenet": (None, None),
    "efficientnet": ("no ReLU or ReLU6 .*silu", None),
    "googlenet": (None, None),
    "mobilenet_v2": (None, None),
    "mobilenet_v3": (None, None),
    "regnet_y": (None, None),
    "resnet": (None, None),
    "shufflenet": (None, None),
    "squeezenet": (None, None),
    "convnext": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
    "vit": ("no ReLU or ReLU6 .*gelu", "no rule for NativeLayerNorm"),
}


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


@pytest.mark.parametrize("family", FAMILIES)
def test_is_answered_rightly_or_refused_in_a_line(family):
    name, size, arguments = ALL[family]
    model, image, target = network(name, size, arguments), pictures(1, size), np.array([1])
    guided, relevance = FAMILIES[family]
    # Untrained networks are wild between black and an image; near it a short way is smooth enough.
    near = np.clip(image.astype(int) + np.random.default_rng(0).integers(-6, 7, image.shape), 0, 255)
    integrated = integrated_gradients.explain(
        model, image, target, baseline="background", background=near.astype(np.uint8), steps=6,
        log=str,
    )  # fmt: skip
    assert integrated.details["residual"][0] < 0.05
    by_guide = explained(guided_backprop, guided, model, image, target)
    by_rules = explained(lrp, relevance, model, image, target)
    # Random weights of a SqueezeNet may answer 0 to everything.
    lives = bool(integrated.details["change"].any())
    for found in (by_guide, by_rules):
        if found:
            assert np.isfinite(found.attribution).all() and found.attribution.any() == lives
    if by_rules:
        assert by_rules.details["residual"][0] < 1e-3
