import copy
from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.inspection.filters import explain
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.state import double_copy

OPTIONS = {"layer": "cnn.3", "filters": [1], "seed": 0, "steps": 10}


@pytest.fixture
def network():
    torch.manual_seed(3)
    cnn = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3)
    )
    return nn.Sequential(OrderedDict(cnn=cnn))


@pytest.fixture
def images():
    return np.random.default_rng(5).integers(0, 256, (1, 16, 16, 3), dtype=np.uint8)


class Float32Alone(nn.Module):
    """Takes whatever comes for float32."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network(images.float())


class Uncopied(Float32Alone):
    def __deepcopy__(self, memo):
        raise TypeError("cannot be copied")


@pytest.mark.parametrize("start", ["noise", "image"])
def test_pictures_are_found_in_float64_and_kept_in_float32(network, images, start):
    pictures, details, facts = explain(network, images, start=start, **OPTIONS)
    assert facts["precision"] == "float64"
    assert {a.dtype for a in (pictures, details["objective_end"])} == {np.dtype(np.float32)}
    assert {p.dtype for p in network.parameters()} == {torch.float32}


@pytest.mark.parametrize("wrap", [Float32Alone, Uncopied])
def test_a_model_that_computes_in_float32_alone_is_climbed_as_it_is(network, images, wrap):
    model, lines = wrap(network), []
    pictures, details, facts = explain(model, images, log=lines.append, **OPTIONS)
    assert facts["precision"] == "float32"
    assert lines[0].startswith("filters of layer 'cnn.3': the model computes in float32 alone")
    assert pictures.dtype == np.float32
    assert details["objective_end"] > details["objective_start"]
    assert all(p.requires_grad and p.grad is None for p in model.parameters())


def test_a_double_copy_computes_the_same_and_shares_nothing(network):
    model = Classifier(network, [0.5] * 3, [0.25] * 3).eval()
    before = copy.deepcopy(model.state_dict())
    exact = double_copy(model)
    images = torch.rand(2, 3, 16, 16)
    torch.testing.assert_close(exact(images.double()).float(), model(images))
    with torch.no_grad():
        for tensor in [*exact.parameters(), *exact.buffers()]:
            assert tensor.dtype == torch.float64 or not tensor.is_floating_point()
            tensor.zero_()
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_a_double_copy_keeps_what_is_shared_shared():
    layer = nn.Linear(3, 3)
    exact = double_copy(nn.Sequential(layer, nn.ReLU(), layer))
    assert exact[0] is exact[2]
    assert len([*exact.parameters()]) == 2
