import pytest
import torch
from torch import nn

from cnnscope.models.pooling import pooled_first


def activations(slope: float) -> list[nn.Module]:
    return [nn.ReLU(), nn.LeakyReLU(abs(slope)), nn.PReLU(init=slope), nn.PReLU(4, init=slope)]


@pytest.mark.parametrize("activation", activations(0.25) + activations(-0.5)[2:], ids=str)
def test_values_and_gradients_are_those_of_the_layers_in_their_own_order(activation):
    torch.manual_seed(0)
    layers = nn.Sequential(
        nn.Conv2d(3, 4, 3), activation, nn.MaxPool2d(2), nn.Conv2d(4, 4, 1), activation
    )
    images = torch.randn(2, 3, 10, 10, requires_grad=True)
    leaves = [images, *layers.parameters()]
    weights = torch.randn(2, 4, 4, 4)
    ours, plain = (
        [output, *torch.autograd.grad((output * weights).sum(), leaves)]
        for output in (pooled_first(layers, images), layers(images))
    )
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


def test_an_activation_runs_on_what_the_pool_leaves():
    seen = []
    activation = nn.ReLU()
    activation.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0].shape))
    pooled_first(nn.Sequential(activation, nn.MaxPool2d(2)), torch.randn(1, 1, 8, 8))
    assert seen == [(1, 1, 4, 4)]
