"""SHAP of the smallest member of every family of classifiers in torchvision, at a small size."""

import numpy as np
import pytest
import torch
from shap_models import pictures, run, settled
from torch import nn

from cnnscope.attribution._shap import deep_shap
from cnnscope.networks.build import build
from cnnscope.networks.classifier import to_tensor
from cnnscope.networks.state import borrowed
from cnnscope.networks.vision import torchvision_models

GOOGLE = {"init_weights": False, "aux_logits": False}
# The network, the side of its images in pixels, its arguments.
BY_RULES = {
    "alexnet": ("alexnet", 64, {}),
    "densenet": ("densenet121", 32, {}),
    "efficientnet": ("efficientnet_b0", 64, {}),
    "efficientnet_v2": ("efficientnet_v2_s", 64, {}),
    "googlenet": ("googlenet", 32, GOOGLE),
    "inception": ("inception_v3", 75, GOOGLE),
    "mnasnet": ("mnasnet0_5", 32, {}),
    "mobilenet_v2": ("mobilenet_v2", 32, {}),
    "mobilenet_v3": ("mobilenet_v3_small", 32, {}),
    "regnet_x": ("regnet_x_400mf", 32, {}),
    "regnet_y": ("regnet_y_400mf", 32, {}),
    "resnet": ("resnet18", 32, {}),
    "resnext": ("resnext50_32x4d", 32, {}),
    "shufflenet": ("shufflenet_v2_x0_5", 32, {}),
    "squeezenet": ("squeezenet1_0", 32, {}),
    "vgg": ("vgg11", 32, {}),
    "wide_resnet": ("wide_resnet50_2", 32, {}),
}
BY_GRADIENTS = {
    "convnext": ("convnext_tiny", 32, {}),
    "maxvit": ("maxvit_t", 224, {}),  # its windows fit no smaller size
    "swin": ("swin_t", 32, {}),
    "swin_v2": ("swin_v2_t", 32, {}),
    "vit": ("vit_b_16", 32, {"image_size": 32}),
}


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def network(name: str, size: int, arguments: dict) -> nn.Module:
    model = build(name, arguments, classes=3, size=size, channels=3)
    if name == "vit_b_16":
        nn.init.normal_(model.heads.head.weight)  # which are 0 at first
    return model.eval() if name == "maxvit_t" else settled(model, size)


def test_no_family_is_left_out():
    models = torchvision_models()
    families = sorted({**BY_RULES, **BY_GRADIENTS})
    for name in models.list_models(module=models):
        assert name.startswith(tuple(families)), f"{name}: add its family"


@pytest.mark.parametrize("family", BY_RULES)
def test_is_explained_exactly(family):
    name, size, arguments = BY_RULES[family]
    model = network(name, size, arguments)
    result, said = run(model, pictures(1, size), pictures(2, size, seed=1))
    assert (result.facts["engine"], said) == ("cnnscope", [])
    assert result.details["residual"].max() < 1e-3


@pytest.mark.parametrize("family", BY_GRADIENTS)
def test_is_explained_by_expected_gradients(family):
    name, size, arguments = BY_GRADIENTS[family]
    few = {"samples": 4, "classes": 1} if family == "maxvit" else {"samples": 16}
    model = network(name, size, arguments)
    result, said = run(model, pictures(1, size), pictures(2, size, seed=1), **few)
    assert result.facts["engine"] == "expected_gradients"
    assert "no rule for NativeLayerNorm" in said[0]
    assert result.details["residual"].max() < 0.1
    assert abs(result.attribution).max() > 0


@pytest.mark.parametrize("family", ["efficientnet", "mobilenet_v3", "regnet_y", "shufflenet"])
def test_what_the_rules_miss_is_rounding(family):
    """In float64 nothing is left of it."""
    name, size, arguments = BY_RULES[family]
    model = network(name, size, arguments).double()
    image, background = (
        to_tensor(pictures(count, size, seed=seed), torch.device("cpu")).double()
        for count, seed in ((1, 0), (2, 1))
    )
    with borrowed(model), torch.no_grad():
        change = (model(image) - model(background).mean(0)).numpy()
    with borrowed(model):
        values = deep_shap.shap_values(model, image, background, np.arange(3)[None], 2)
    np.testing.assert_allclose(values.sum((2, 3, 4)), change, atol=1e-9 * abs(change).max())
