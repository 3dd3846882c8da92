import pytest
import torch
from torch import nn

from cnnscope.networks.build import build
from cnnscope.networks.summary import Layer, summarise


def test_a_summary_lists_layers_as_an_image_passes_them_and_what_they_cost():
    network = nn.Sequential(
        nn.Conv2d(3, 5, 3, stride=2, dilation=(1, 2)), nn.ReLU(), nn.Flatten(), nn.Linear(30, 2)
    )
    assert summarise(network, (3, 7, 8)) == [
        # 5 x 3 x 2 outputs, each a sum over 3 channels of 3 x 3 products.
        Layer("0", "Conv2d", "3 x 3, stride 2, dilation 1 x 2", "5 x 3 x 2", 5 * 28, 30 * 27),
        Layer("1", "ReLU", "", "5 x 3 x 2", 0, 0),
        Layer("2", "Flatten", "", "30", 0, 0),
        Layer("3", "Linear", "", "2", 62, 60),
        Layer("total", "Sequential", "", "2", 202, 870),
    ]
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network)


def test_a_group_sees_its_own_channels_alone():
    (layer, _) = summarise(nn.Sequential(nn.Conv2d(4, 8, 1, groups=4, bias=False)), (4, 3, 3))
    assert (layer.settings, layer.parameters) == ("1 x 1, groups 4", 8)
    assert layer.multiply_adds == 8 * 9


def test_a_layer_that_runs_twice_works_twice_and_has_its_parameters_once():
    layer = nn.Linear(3, 3)
    lines = summarise(nn.Sequential(nn.Flatten(), layer, layer), (3, 1, 1))
    assert [(line.parameters, line.multiply_adds) for line in lines] == [
        (0, 0), (12, 9), (0, 9), (12, 18),
    ]  # fmt: skip


class Own(nn.Module):
    """Parameters and a product that no layer holds."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.scale = nn.Parameter(torch.ones(4, 2))

    def forward(self, images):
        return self.first(images.flatten(1)) @ self.scale


def test_what_no_layer_holds_has_a_line_of_its_own():
    lines = summarise(Own(), (1, 2, 2))
    assert lines[1:] == [
        Layer("", "outside of these", "", "", 8, 8),
        Layer("total", "Own", "", "2", 28, 24),
    ]


@pytest.mark.parametrize(
    ("architecture", "size", "parameters", "multiply_adds"),
    # As torchvision and the papers give them, for 1000 classes.
    [("resnet18", 224, 11_689_512, 1.814e9), ("vit_b_16", 224, 86_567_656, 17.56e9)],
)
def test_known_networks_have_their_known_totals(architecture, size, parameters, multiply_adds):
    network = build(architecture, {}, classes=1000, size=size, channels=3)
    total = summarise(network, (3, size, size))[-1]
    assert total.parameters == parameters
    assert total.multiply_adds == pytest.approx(multiply_adds, rel=0.001)
