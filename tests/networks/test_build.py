import pytest
import torch

from cnnscope.errors import UserError
from cnnscope.networks.build import build
from cnnscope.networks.expression_cnn import ExpressionCNN
from cnnscope.networks.food_cnn import FoodCNN

SIZES = {"classes": 4, "size": 32, "channels": 3}


def test_food_cnn_is_the_network_of_the_report():
    network = FoodCNN(11)
    kinds = [type(layer).__name__ for layer in network.cnn]
    block = ["Conv2d", "BatchNorm2d", "PReLU", "MaxPool2d"]
    assert kinds == 4 * block + ["Conv2d", "PReLU", "MaxPool2d"]
    convolutions = [network.cnn[place] for place in (0, 4, 8, 12, 16)]
    assert [c.out_channels for c in convolutions] == [64, 128, 256, 512, 512]
    assert {c.kernel_size for c in convolutions} == {(3, 3)}
    assert {c.padding for c in convolutions} == {(1, 1)}
    assert network.cnn(torch.zeros(1, 3, 128, 128)).shape == (1, 512, 4, 4)
    assert network(torch.zeros(2, 3, 128, 128)).shape == (2, 11)


@pytest.mark.parametrize(("size", "channels", "left"), [(48, 1, 1), (128, 3, 4)])
def test_expression_cnn_is_the_network_of_the_report(size, channels, left):
    network = ExpressionCNN(7, size=size, channels=channels)
    block = ["Conv2d", "BatchNorm2d", "LeakyReLU", "MaxPool2d", "Dropout"]
    head = ["Flatten", "Linear", "LeakyReLU", "Linear", "LeakyReLU", "Linear"]
    assert [type(layer).__name__ for layer in network.cnn] == 5 * block + head
    convolutions = [network.cnn[place] for place in (0, 5, 10, 15, 20)]
    assert [c.out_channels for c in convolutions] == [64, 128, 256, 512, 512]
    assert {(c.kernel_size, c.padding) for c in convolutions} == {((3, 3), (1, 1))}
    assert {layer.p for layer in network.cnn if isinstance(layer, torch.nn.Dropout)} == {0.25}
    assert [network.cnn[place].out_features for place in (26, 28, 30)] == [1024, 512, 7]
    assert network.cnn[26].in_features == 512 * left * left
    assert network(torch.zeros(2, channels, size, size)).shape == (2, 7)


def test_width_scales_every_layer():
    network = build("food_cnn", {"width": 0.25}, **SIZES)
    assert [network.cnn[i].out_channels for i in (0, 4, 8, 12, 16)] == [16, 32, 64, 128, 128]
    assert network(torch.zeros(1, 3, 32, 32)).shape == (1, 4)


def test_a_torchvision_classifier_gets_the_classes():
    network = build("squeezenet1_1", {}, **SIZES)
    assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 4)


def test_the_users_own_file_gets_its_arguments_and_nothing_else(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(
        "from torch import nn\n"
        "class Net(nn.Sequential):\n"
        "    def __init__(self, hidden):\n"
        "        super().__init__(nn.Flatten(), nn.Linear(12, hidden))\n"
    )
    network = build(f"{file}:Net", {"hidden": 5}, **SIZES)
    assert network(torch.zeros(1, 3, 2, 2)).shape == (1, 5)
    with pytest.raises(UserError, match=r"model.arguments: .*'hidden'; the call is .*\(hidden\)"):
        build(f"{file}:Net", {}, **SIZES)
    with pytest.raises(UserError, match="has no class or function 'Other'"):
        build(f"{file}:Other", {}, **SIZES)


@pytest.mark.parametrize(
    ("architecture", "arguments", "said"),
    [
        ("resnet19", {}, "'resnet19' is unknown; did you mean resnet1"),
        ("expression_cnn", {"size": 31}, "size 31 leaves nothing after 5 pools"),
        ("food_cnn", {"wdth": 1}, "unexpected keyword argument 'wdth'"),
        ("none.py:Net", {}, "there is no file none.py"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_line(architecture, arguments, said):
    with pytest.raises(UserError, match=said):
        build(architecture, arguments, **SIZES)


def test_a_file_that_raises_and_one_that_gives_no_module(tmp_path):
    (tmp_path / "broken.py").write_text("1 / 0")
    with pytest.raises(UserError, match="cannot be loaded: ZeroDivisionError"):
        build(f"{tmp_path}/broken.py:Net", {}, **SIZES)
    (tmp_path / "other.py").write_text("def make(): return 3")
    with pytest.raises(UserError, match="gave a int"):
        build(f"{tmp_path}/other.py:make", {}, **SIZES)
