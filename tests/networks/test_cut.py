"""A network in two parts gives, to the last bit, what the whole gives."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier, logits_of
from cnnscope.networks.cut import UncuttableError, cut
from cnnscope.networks.layers import find_layer
from cnnscope.networks.vision import torchvision_models

pytestmark = pytest.mark.usefixtures("one_thread")

# The layer, and the shapes of what passes behind it.
CUTS = [
    ("resnet18", "layer2", [(128, 4, 4)]),
    # In the midst of a block: what the block adds at its end passes too.
    ("resnet18", "layer3.0.conv1", [(128, 4, 4), (256, 2, 2)]),
    ("squeezenet1_1", "features.9.squeeze", [(48, 1, 1)]),
    ("mobilenet_v3_small", "features.5", [(40, 2, 2)]),
    ("efficientnet_b0", "features.3", [(40, 4, 4)]),
    ("googlenet", "inception4a", [(512, 2, 2)]),
]


def small(architecture: str) -> nn.Module:
    torch.manual_seed(0)
    arguments = {"init_weights": False} if architecture == "googlenet" else {}
    network = build(architecture, arguments, classes=5, size=32, channels=3)
    return Classifier(network, [0.5] * 3, [0.25] * 3).to(memory_format=torch.channels_last)


@pytest.mark.parametrize(("architecture", "name", "shapes"), CUTS)
@torch.no_grad()
def test_the_parts_of_an_architecture_give_what_the_whole_gives(architecture, name, shapes):
    model = small(architecture)
    parts = cut(model, find_layer(model, name), torch.rand(2, 3, 32, 32), before=False)
    assert model.training, "the model stays in its mode"
    images = torch.rand(5, 3, 32, 32)
    whole = model.eval()(images)
    passing = parts.front.eval()(images)
    assert [tuple(part.shape[1:]) for part in passing] == shapes
    assert torch.equal(logits_of(parts.rest.eval()(*passing)), whole)


@pytest.mark.parametrize("network", ["ViT", "Swin"])
@torch.no_grad()
def test_transformers_are_cut_too(network):
    torch.manual_seed(0)
    models = torchvision_models()
    if network == "ViT":
        model = models.VisionTransformer(
            image_size=16, patch_size=8, num_layers=2, num_heads=2, hidden_dim=8, mlp_dim=4
        )
        layer = model.encoder.layers.encoder_layer_0
    else:
        model = models.SwinTransformer([4, 4], 8, [1, 1], [1, 2], [2, 2])
        layer = model.features[1]
    images = torch.rand(3, 3, 16, 16)
    parts = cut(model, layer, images, before=False)
    assert torch.equal(parts.rest.eval()(*parts.front.eval()(images)), model.eval()(images))


@torch.no_grad()
def test_before_a_layer_passes_what_it_is_given():
    model = small("resnet18")
    parts = cut(model, model.network.fc, torch.rand(2, 3, 32, 32), before=True)
    (given,) = parts.front.eval()(images := torch.rand(3, 3, 32, 32))
    assert torch.equal(model.network.fc(given), model.eval()(images))


def test_the_parts_share_the_parameters_of_the_whole():
    model = small("resnet18")
    parts = cut(model, model.network.layer4, torch.rand(2, 3, 32, 32), before=False)
    assert dict(parts.rest.named_parameters())["network.fc.weight"] is model.network.fc.weight
    assert {id(one) for part in (parts.front, parts.rest) for one in part.parameters()} == {
        id(one) for one in model.parameters()
    }


class Network(nn.Module):
    """A layer that is cut at, `first`, and what a test does around it."""

    def __init__(self, forward) -> None:
        super().__init__()
        self.first, self.head, self._do = nn.Linear(4, 4), nn.Linear(4, 2), forward

    def forward(self, images):
        return self._do(self, images)


def by_value(net, images):
    made = net.first(images)
    return net.head(made if made.sum() > 0 else -made)


def passing_a_number(net, images):
    count = images.size(0)
    return net.head(net.first(images)).reshape(count, 2)


def passing_a_sum(net, images):
    total = images.sum()
    return net.head(net.first(images)) + total


def passing_a_mean(net, images):
    mean = images.mean(0)
    return net.head(net.first(images) + mean)


def noisy(net, images):
    return net.head(F.dropout(net.first(images), training=net.training))


def unused(net, images):
    return net.head(F.linear(images, net.first.weight))


def changed_in_place(net, images):
    made = net.first(images)
    return net.head(made) + made.view(-1, 4).mul_(2)[:, :2] + made[:, :2]


@pytest.mark.parametrize(
    ("forward", "said"),
    [
        (by_value, "it cannot be read"),
        (passing_a_number, "not a tensor with a row an image"),
        (passing_a_sum, "not a tensor with a row an image"),
        (passing_a_mean, "not a tensor with a row an image"),
        (noisy, "other numbers than the whole"),
        (unused, "not called as a module"),
    ],
)
def test_what_cannot_be_cut_is_told_and_never_cut_wrongly(forward, said):
    torch.manual_seed(0)
    network = Network(forward)
    with pytest.raises(UncuttableError, match=said):
        cut(network, network.first, torch.rand(3, 4), before=False)


def test_what_changes_in_place_behind_the_cut_is_as_in_the_whole():
    torch.manual_seed(0)
    network, images = Network(changed_in_place), torch.rand(3, 4)
    parts = cut(network, network.first, images, before=False)
    assert torch.equal(parts.rest(*parts.front(images)), network(images))
