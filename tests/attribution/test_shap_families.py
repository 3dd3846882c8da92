"""SHAP of every family of classifiers in torchvision."""

import numpy as np
import pytest
import torch
from families import ALL, BY_GRADIENTS, BY_RULES, network
from shap_models import pictures, run

from cnnscope.attribution._shap import deep_shap
from cnnscope.networks.classifier import to_tensor
from cnnscope.networks.state import borrowed
from cnnscope.networks.vision import torchvision_models


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def test_no_family_is_left_out():
    models = torchvision_models()
    families = sorted(ALL)
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
