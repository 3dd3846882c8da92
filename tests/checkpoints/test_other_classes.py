"""A training starts from a checkpoint of a network that tells other classes apart."""

import pytest
import torch
from torch import nn

from cnnscope.checkpoints.checkpoint import load_weights
from cnnscope.checkpoints.other_classes import start_from, take_outputs
from cnnscope.errors import UserError


class Network(nn.Module):
    """A body and two layers with an output a class, as Inception has."""

    def __init__(self, classes: int, width: int = 3) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, width, 1)
        self.auxiliary = nn.Conv2d(width, classes, 1)
        self.fc = nn.Linear(width, classes)

    def forward(self, images):
        return self.fc(self.body(images).mean((2, 3)))


def test_a_network_takes_the_classes_of_the_checkpoint():
    checkpoint = Network(7).state_dict()
    network = Network(4)
    take_outputs(network, checkpoint)
    load_weights(network, checkpoint, "it")
    assert torch.equal(network.fc.weight, checkpoint["fc.weight"])
    assert network.auxiliary.out_channels == network.fc.out_features == 7


def test_what_is_another_network_stays_as_it_is_and_is_told():
    network, checkpoint = Network(4), Network(7, width=5).state_dict()
    take_outputs(network, checkpoint)
    assert network.fc.out_features == 4
    with pytest.raises(UserError, match=r"shapes differ: body\.weight is 5×3×1×1, not 3×3×1×1"):
        start_from(network, checkpoint, 0)


def test_the_head_is_made_anew_and_all_else_is_the_checkpoints():
    checkpoint, said, heads = Network(7).state_dict(), [], []
    for seed in (0, 0, 1):
        network = Network(4)
        start_from(network, checkpoint, seed, said.append)
        assert torch.equal(network.body.weight, checkpoint["body.weight"])
        assert network.fc.weight.abs().max() < 0.1 and (network.fc.bias == 0).all()
        heads.append(network.fc.weight.detach().clone())
    assert torch.equal(heads[0], heads[1]) and not torch.equal(heads[0], heads[2])
    assert said[0] == "auxiliary and fc: made anew, for 4 classes instead of 7"


def test_a_head_of_as_many_classes_is_kept():
    checkpoint, network, said = Network(4).state_dict(), Network(4), []
    start_from(network, checkpoint, 0, said.append)
    assert torch.equal(network.fc.weight, checkpoint["fc.weight"])
    assert said == ["the head of the checkpoint is kept, for it has as many classes as the dataset"]


def test_a_checkpoint_of_other_classes_that_is_not_trained_further_says_what_to_do():
    with pytest.raises(UserError) as caught:
        load_weights(Network(4), Network(7).state_dict(), "mine.pth")
    message = str(caught.value)
    assert "the checkpoint has 7 classes, the dataset 4" in message and "\n" not in message
    assert "training.start" in message and "dataset.classes" in message
