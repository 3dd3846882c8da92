"""Which convolutions stand for a network whose layers nobody has named."""

from collections import OrderedDict

import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.convolutions import ChosenLayer, choose_layer
from cnnscope.networks.vision import torchvision_models

SHAPE = (16, 16, 3)
ONE_CLASS = "last convolution, one filter a class"


def chosen(network, shape=SHAPE) -> list[str]:
    return [
        choose_layer(network, {"convolution": selector}, shape).name
        for selector in ("first", "middle", "last")
    ]


def conv(channels: int, out: int, size: int = 3, **options) -> nn.Conv2d:
    return nn.Conv2d(channels, out, size, padding=size // 2, **options)


def ended(*layers: nn.Module, channels: int) -> nn.Sequential:
    """A classifier behind layers that end with so many channels."""
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 2))


@pytest.mark.parametrize(
    ("architecture", "names"),
    [
        # Shortcuts do not count: 17 are left of 20, the ninth of them in the second stage.
        ("resnet18", ["conv1", "layer2.1.conv2", "layer4.1.conv2"]),
        # Without the depthwise ones there are 35.
        ("mobilenet_v2", ["features.0.0", "features.9.conv.2", "features.18.0"]),
        # Nor do the two of each squeeze-and-excitation block count.
        ("efficientnet_b0", ["features.0.0", "features.5.0.block.0.0", "features.8.0"]),
        ("squeezenet1_0", ["features.0", "features.8.squeeze", "classifier.1"]),
        # Four reduce the image; those between are depthwise, as is the last one.
        ("convnext_tiny", ["features.0.0", "features.4.1", "features.7.2.block.0"]),
        ("swin_t", ["features.0.0"] * 3),
        ("vit_b_16", ["conv_proj"] * 3),
    ],
)
def test_of_known_architectures_the_convolutions_are_those_that_see_and_mix_maps(
    architecture, names
):
    # A network without numbers knows its shapes, which is all that the choice looks at.
    with torch.device("meta"):
        network = torchvision_models().get_model(architecture, weights=None)
    assert chosen(network, (224, 224, 3)) == names


def test_what_was_chosen_says_all_that_it_is():
    selectors = ("first", "middle", "last")

    def roles(network) -> list[str]:
        layers = [choose_layer(network, {"convolution": one}, SHAPE) for one in selectors]
        assert [layer.selector for layer in layers] == list(selectors)
        return [layer.role for layer in layers]

    one = ended(conv(3, 4), channels=4)
    assert roles(one) == ["first, middle and last convolution"] * 3
    two = ended(conv(3, 4), conv(4, 4), channels=4)
    assert roles(two) == ["first convolution", *["middle and last convolution"] * 2]
    layer = choose_layer(two, "first", SHAPE)
    assert str(layer) == "0 (first convolution)"
    assert layer.facts == {"selector": "first", "role": "first convolution"}
    assert choose_layer(two, "1", SHAPE).facts == {}


def test_filters_that_are_classes_are_called_so_and_others_of_their_number_are_not():
    by_class = nn.Sequential(conv(3, 8), conv(8, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert choose_layer(by_class, "last", SHAPE).role == f"middle and {ONE_CLASS}"
    before_the_classes = ended(conv(3, 8), conv(8, 2), channels=2)
    assert choose_layer(before_the_classes, "last", SHAPE).role == "middle and last convolution"


class Crossed(nn.Module):
    """Uses its convolutions in another order than it names them, one twice and one never."""

    def __init__(self):
        super().__init__()
        self.c, self.unused, self.b, self.a = conv(6, 5), conv(3, 3), conv(4, 6), conv(3, 4)
        self.again = conv(5, 5)

    def forward(self, images):
        maps = self.c(self.b(input=self.a(images)))
        return self.again(self.again(maps)).mean(dim=(2, 3))


def test_convolutions_come_in_the_order_in_which_an_image_passes_them_each_once():
    network = Crossed()
    assert chosen(network) == ["a", "c", "again"]
    assert not any(m._forward_pre_hooks for m in network.modules())
    assert all(module.training for module in network.modules())


class ToFour(nn.Module):
    """Four channels from three, without a convolution."""

    def forward(self, images):
        return images[:, [0, 1, 2, 0]]


# Two that see a single position, and a shortcut, which sees every fourth.
GATE = (nn.AdaptiveAvgPool2d(1), conv(4, 4, 1), conv(4, 4, 1))
SHORTCUT = (conv(4, 4, 1, stride=2),)


@pytest.mark.parametrize(("aside", "names"), [(GATE, ["2", "3", "3"]), (SHORTCUT, ["1", "1", "1"])])
def test_what_does_not_see_a_map_or_passes_most_of_it_over_counts_where_there_is_no_other(
    aside, names
):
    assert chosen(ended(conv(3, 8), conv(8, 8), conv(8, 4), *aside, channels=4)) == [*"012"]
    assert chosen(ended(ToFour(), *aside, channels=4)) == names


def test_a_depthwise_convolution_is_no_middle_where_there_is_another():
    separable = [conv(3, 8), conv(8, 8, groups=8), conv(8, 8, 1), conv(8, 8, groups=8)]
    assert chosen(ended(*separable, channels=8)) == ["0", "2", "3"]
    grouped = [conv(4, 8), conv(8, 8, groups=2), conv(8, 8, 1)]
    assert chosen(ended(ToFour(), *grouped, channels=8)) == ["1", "2", "3"]


def test_a_module_of_a_selectors_name_wins_where_it_is_named_and_not_where_it_is_not():
    layers = OrderedDict(stem=conv(3, 4), first=nn.ReLU(), flat=nn.Flatten())
    network = nn.Sequential(layers)
    assert choose_layer(network, "first", SHAPE) == ChosenLayer("first")
    assert choose_layer(network, {"convolution": "first"}, SHAPE).name == "stem"
    assert choose_layer(network, "last", SHAPE).name == "stem"


def test_a_network_without_a_convolution_is_told_in_one_line():
    network = nn.Sequential(nn.Flatten(), nn.Linear(768, 5), nn.ReLU(), nn.Linear(5, 2))
    with pytest.raises(UserError) as refused:
        choose_layer(network, "middle", SHAPE)
    assert str(refused.value) == (
        "filters.layers: there is no middle convolution, for the model runs no nn.Conv2d; "
        "name layers instead, such as 1"
    )
