import pytest
import torch
from torch import nn

from cnnscope.networks.pooling import pools_first

ACTIVATIONS = [nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.2), nn.PReLU(), nn.PReLU(4)]
FALLING = [nn.LeakyReLU(-0.2), nn.PReLU(init=-0.5)]


@pytest.mark.parametrize("activation", ACTIVATIONS + FALLING, ids=str)
def test_values_and_gradients_are_those_of_the_layers_in_their_own_order(activation):
    torch.manual_seed(0)
    layers = nn.Sequential(
        nn.Conv2d(3, 4, 3), activation, nn.MaxPool2d(2), nn.Conv2d(4, 4, 1), activation
    )
    images = torch.randn(2, 3, 10, 10, requires_grad=True)
    leaves = [images, *layers.parameters()]
    weights = torch.randn(2, 4, 4, 4)

    def run():
        output = layers(images)
        return [output, *torch.autograd.grad((output * weights).sum(), leaves)]

    plain = run()
    with pools_first(layers):
        for one, other in zip(run(), plain, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("activation", "width"), [(nn.PReLU(), 4), (FALLING[1], 8)])
def test_an_activation_that_never_falls_runs_on_what_the_pool_leaves(activation, width):
    seen = []
    layers = nn.Sequential(nn.Identity(), activation, nn.MaxPool2d(2))
    with pools_first(layers):
        handle = activation.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
        layers(torch.randn(1, 1, 8, 8))
    handle.remove()
    assert seen[0].shape[-1] == width


def test_layers_are_back_in_place_also_after_an_error():
    layers = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2))
    before = list(layers)
    with pytest.raises(RuntimeError), pools_first(layers):
        assert list(layers) != before
        raise RuntimeError
    assert list(layers) == before


def test_layers_that_are_looked_at_stay_where_they_are():
    layers = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2), nn.ReLU(), nn.MaxPool2d(2))
    before = list(layers)
    layers[2].register_forward_hook(lambda *_: None)
    with pools_first(layers, keep=[layers[1]]):
        assert list(layers) == before
