"""The layer that makes the logits is found in any architecture, and gets other outputs."""

import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.head import find_head, fit_outputs, make_anew, set_outputs
from cnnscope.networks.vision import torchvision_models

pytestmark = pytest.mark.usefixtures("one_thread")

QUICK = {"init_weights": False}
HEADS = {
    "resnet18": "fc",
    "squeezenet1_1": "classifier.1",
    "mobilenet_v3_small": "classifier.3",
    "shufflenet_v2_x0_5": "fc",
    "googlenet": "fc",
    "mnasnet0_5": "classifier.1",
}


def transformer() -> nn.Module:
    return torchvision_models().VisionTransformer(
        image_size=64, patch_size=32, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=4,
        num_classes=7,
    )  # fmt: skip


@pytest.mark.parametrize(("architecture", "head"), HEADS.items())
def test_the_head_of_an_architecture_is_found_and_gets_other_outputs(architecture, head):
    arguments = QUICK if architecture == "googlenet" else {}
    network = build(architecture, arguments, classes=7, size=64, channels=3)
    model = Classifier(network, [0.5] * 3, [0.5] * 3).train()
    assert find_head(model, 64, 3) == head
    assert model.training, "the model stays in its mode"
    fit_outputs(model, 5, 64, 3)
    assert model.eval()(torch.rand(2, 3, 64, 64)).shape == (2, 5)


def test_the_head_of_a_transformer_is_found():
    assert find_head(transformer(), 64, 3) == "heads.head"


def test_a_head_that_fits_stays_as_it_is():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 3))
    before = network[1].weight
    fit_outputs(network, 3, 2, 3)
    assert network[1].weight is before


class Twice(nn.Module):
    """A network that calls its head by another name."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(12, 4, bias=False)
        self.get_classifier = self.first

    def forward(self, images):
        return self.get_classifier(images.flatten(1))


def test_a_head_of_two_names_is_changed_under_both():
    network = Twice()
    fit_outputs(network, 5, 2, 3)
    assert network(torch.rand(1, 3, 2, 2)).shape == (1, 5)
    assert network.first is network.get_classifier and network.first.out_features == 5
    assert network.first.bias is None


@pytest.mark.parametrize(
    "network",
    [
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(3)),
        # Its logits are sums of what the last layer makes.
        nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.Unflatten(1, (2, 4)), nn.AvgPool1d(4),
                      nn.Flatten()),
    ],
)  # fmt: skip
def test_a_network_without_a_head_is_told_in_one_line(network):
    with pytest.raises(UserError, match=r"training\.start: the network has no head") as caught:
        find_head(network, 2, 3)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 4, 1, groups=2),
        nn.BatchNorm1d(4),
        nn.utils.parametrizations.weight_norm(nn.Linear(4, 4)),
    ],
)
def test_a_layer_that_cannot_be_changed_is_told_in_one_line(layer):
    with pytest.raises(UserError, match=r"training\.start: fc cannot get 3 outputs"):
        set_outputs(layer, "fc", 3)


@pytest.mark.parametrize("layer", [nn.Linear(400, 30), nn.Conv2d(100, 30, 2)])
def test_random_weights_are_small_and_the_seeds(layer):
    drawn = []
    for seed in (1, 1, 2):
        make_anew(layer, seed)
        drawn.append(layer.weight.detach().clone())
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])
    assert drawn[0].std().item() == pytest.approx(0.01, rel=0.05)
    assert (layer.bias == 0).all()
