import pytest
import torch
from torch import nn

from cnnscope.networks.compact_cnn import CompactCNN
from cnnscope.networks.expression_cnn import ExpressionCNN


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def test_layers_stand_where_the_docstring_says():
    cnn = CompactCNN(7).cnn
    assert [type(cnn[n]) for n in (0, 1, 2, 3)] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.Conv2d]
    assert [n for n, layer in enumerate(cnn) if isinstance(layer, nn.MaxPool2d)] == [6, 13, 20]
    assert len(cnn) == 27


def test_it_earns_its_name():
    """9 weights a pair of channels, 2 a norm, 257 a class."""
    pairs = 1 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128 + 128 * 256 + 256 * 256
    assert parameters(CompactCNN(7)) == 9 * pairs + 2 * 2 * (32 + 64 + 128 + 256) + 7 * 257
    assert parameters(CompactCNN(7)) < parameters(ExpressionCNN(7, size=48, channels=1)) / 4


@pytest.mark.parametrize(("size", "channels", "width"), [(48, 1, 1.0), (50, 3, 0.5), (8, 1, 0.01)])
def test_it_takes_any_size_from_8(size, channels, width):
    network = CompactCNN(5, width=width, size=size, channels=channels).eval()
    assert network(torch.rand(2, channels, size, size)).shape == (2, 5)
    with pytest.raises(ValueError, match="below 8"):
        CompactCNN(5, size=7)
