from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.activations import dead_channels, explain
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.layers import select_layers

COPY, NEGATIVE, CONSTANT = range(3)


class AddInPlace(nn.Module):
    def forward(self, x):
        return x.add_(100)


@pytest.fixture
def network():
    """A convolution that copies the image, negates it, or gives 0.5 whatever it sees."""
    conv = nn.Conv2d(1, 3, 1)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([1.0, -1.0, 0.0]).reshape(3, 1, 1, 1))
        conv.bias.copy_(torch.tensor([0.0, 0.0, 0.5]))
    fc = nn.Linear(12, 2)
    layers = OrderedDict(
        pad=nn.ZeroPad2d(1), conv=conv, relu=nn.ReLU(inplace=True), add=AddInPlace(),
        pool=nn.MaxPool2d(3), flat=nn.Flatten(), fc=fc,
    )  # fmt: skip
    return nn.Sequential(layers)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(1, 256, (3, 4, 4, 1), dtype=np.uint8)


def test_every_kind_of_layer_is_there_in_the_order_of_the_network(network, images):
    found = explain(network, images)
    assert [(name, one.kind, one.maps.shape) for name, one in found.items()] == [
        ("pad", "ZeroPad2d", (3, 1, 6, 6)),
        ("conv", "Conv2d", (3, 3, 6, 6)),
        ("relu", "ReLU", (3, 3, 6, 6)),
        ("add", "AddInPlace", (3, 3, 6, 6)),
        ("pool", "MaxPool2d", (3, 3, 2, 2)),
        ("fc", "Linear", (3, 2, 1, 1)),
    ]


def test_maps_are_what_the_layers_compute_whatever_works_in_place_behind_them(network, images):
    found = explain(network, images)
    padded = np.pad(images[..., 0] / np.float32(255), ((0, 0), (1, 1), (1, 1)))
    np.testing.assert_allclose(found["pad"].maps[:, 0], padded, rtol=1e-6)
    np.testing.assert_allclose(found["conv"].maps[:, NEGATIVE], -padded, rtol=1e-6)
    np.testing.assert_allclose(found["relu"].maps[:, COPY], padded, rtol=1e-6)
    assert (found["relu"].maps[:, NEGATIVE] == 0).all()
    np.testing.assert_allclose(found["add"].maps[:, CONSTANT], 100.5)


def test_dead_channels_are_those_that_are_constant_over_all_images(network, images):
    found = explain(network, images)
    assert found["conv"].dead == [CONSTANT]
    assert found["relu"].dead == [NEGATIVE, CONSTANT]
    assert found["fc"].dead == []


def test_a_channel_constant_in_each_image_but_not_over_all_is_alive():
    maps = np.zeros((2, 2, 3, 3), np.float32)
    maps[1, 1] = 1
    assert dead_channels(maps) == [0]


def test_rounding_is_no_life_and_a_single_value_is_no_death():
    maps = np.full((1, 2, 2, 2), 1000.0, np.float32)
    maps[0, :, 0, 0] += [1e-4, 1]
    assert dead_channels(maps) == [0]
    assert dead_channels(np.zeros((1, 5, 1, 1))) == []


def test_an_image_does_not_depend_on_the_others(network, images):
    together, alone = explain(network, images), explain(network, images[2:])
    for name, one in together.items():
        assert one.maps[2].tobytes() == alone[name].maps[0].tobytes()


@pytest.mark.parametrize(
    "wanted, expected",
    [
        ("all", ["pad", "conv", "relu", "add", "pool", "fc"]),
        (["relu", "conv"], ["conv", "relu"]),
        (["flat"], ["flat"]),
        ({"types": ["Conv2d", "MaxPool2d"]}, ["conv", "pool"]),
    ],
)
def test_layers_are_chosen_by_name_or_type_as_the_users_network_names_them(
    network, images, wanted, expected
):
    model = Classifier(network, [0.0], [1.0])
    assert list(explain(model, images, layers=wanted)) == expected


def test_mistakes_are_told(network, images):
    with pytest.raises(UserError, match="no layer 'cnv'; near it: conv"):
        explain(network, images, layers=["cnv"])
    with pytest.raises(UserError, match="no layer of type Conv3d; it has AddInPlace, Conv2d"):
        select_layers(network, {"types": ["Conv3d"]})
    with pytest.raises(UserError, match="image sets are empty"):
        explain(network, images[:0])


def test_a_layer_without_channels_is_left_out_and_refused_when_named(network, images):
    network.tokens = nn.Unflatten(1, (1, 1, 2))
    network.tokens.forward = lambda x: x[:, None]
    network.spare = nn.Conv2d(1, 1, 1)
    network.spare.forward = None
    network.forward = lambda x: network.tokens(network.fc(network[:6](x)))
    lines = []
    assert list(explain(network, images, log=lines.append))[-1] == "fc"
    assert [line.split("'")[1] for line in lines] == ["spare", "tokens"]
    for name in ("tokens", "spare"):
        with pytest.raises(UserError, match=f"activations.layers: layer '{name}'"):
            explain(network, images, layers=[name])


def test_the_model_is_given_back_as_it_was(network, images):
    network.train()
    network.pool.forward = None
    for layers in ("all", ["conv"]):
        with pytest.raises(TypeError):
            explain(network, images, layers=layers)
    assert all(module.training for module in network.modules())
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())


def test_of_a_layer_that_runs_twice_the_first_output_counts(images):
    class AddOne(nn.Module):
        def forward(self, x):
            return x + 1

    layer = AddOne()
    found = explain(nn.Sequential(layer, nn.Conv2d(1, 1, 1), layer), images, layers=["0"])
    np.testing.assert_allclose(found["0"].maps[:, 0], images[..., 0] / np.float32(255) + 1)
