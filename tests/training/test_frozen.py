"""What `freeze` leaves as it is."""

import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import Classifier
from cnnscope.training.frozen import BACKBONE, frozen_part


class Block(nn.Module):
    """A block that holds a parameter itself, and calls its layers in another order."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4, 1, 1))
        self.later, self.sooner = nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1)

    def forward(self, x):
        return self.later(self.sooner(x)) * self.scale


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 3)
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU())
        self.block, self.last = Block(), nn.Conv2d(4, 4, 1)
        self.unused = nn.Linear(2, 2)
        self.dropout = nn.Dropout()

    def forward(self, images):
        return self.fc(self.dropout(self.last(self.block(self.stem(images)))).mean((2, 3)))


@pytest.fixture
def model() -> Classifier:
    return Classifier(Network(), [0.5] * 3, [0.5] * 3)


def names(model: nn.Module, frozen) -> tuple[set[str], set[str]]:
    """The parameters and the modules that stay, by name."""
    parameters = {id(one) for one in frozen.parameters}
    modules = {id(one) for one in frozen.modules}
    return (
        {n for n, one in model.network.named_parameters() if id(one) in parameters},
        {n for n, one in model.network.named_modules() if id(one) in modules},
    )


STEM = {"stem.0.weight", "stem.0.bias", "stem.1.weight", "stem.1.bias"}
SOONER = STEM | {"block.sooner.weight", "block.sooner.bias", "block.scale"}


@pytest.mark.parametrize(
    ("freeze", "parameters", "modules"),
    [
        ("stem.1", STEM, {"stem.0", "stem.1"}),
        ("stem", STEM, {"stem", "stem.0", "stem.1", "stem.2"}),
        ("block.sooner", SOONER, {"stem", "stem.0", "stem.1", "stem.2", "block.sooner"}),
    ],
)
def test_a_layer_and_all_that_runs_before_it_stay(model, freeze, parameters, modules):
    frozen = frozen_part(model, freeze, 8, 3)
    assert names(model, frozen) == (parameters, modules)
    assert not frozen.before


def test_what_an_attention_uses_without_calling_it_stays_too():
    """Its last layer is no module that runs: its weights are handed to a function."""
    attention = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    network = nn.Sequential(nn.Flatten(2), attention, nn.Flatten(), nn.Linear(12, 2))
    frozen = frozen_part(network, "1", 2, 3)
    assert any(one is attention.self_attn.out_proj.weight for one in frozen.parameters)
    assert attention.self_attn.out_proj in frozen.modules


def test_of_the_backbone_all_stays_but_the_head(model):
    frozen = frozen_part(model, BACKBONE, 8, 3)
    parameters, modules = names(model, frozen)
    assert {n for n, _ in model.network.named_parameters()} - parameters == {"fc.weight", "fc.bias"}
    assert {n for n, _ in model.network.named_modules()} - modules == {"", "fc"}
    assert frozen.layer is model.network.fc and frozen.before


@pytest.mark.parametrize(
    ("freeze", "said"),
    [
        ("stem.7", "training.freeze: the model has no layer 'stem.7'; near it: stem"),
        ("unused", "the network never runs its layer 'unused'"),
        ("fc", "fc leaves nothing to train"),
        ("network", "network leaves nothing to train"),
    ],
)
def test_what_cannot_be_frozen_is_told_in_one_line(model, freeze, said):
    with pytest.raises(UserError) as caught:
        frozen_part(model, freeze, 8, 3)
    assert said in str(caught.value) and "\n" not in str(caught.value)
