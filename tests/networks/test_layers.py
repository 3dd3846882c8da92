from collections import OrderedDict

import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.layers import activation, check_filters, choose_filters, find_layer


class Unreachable(nn.Module):
    def forward(self, images):
        raise AssertionError("the network behind the layer was run")


class Doubled(nn.Conv2d):
    """A convolution with a forward of its own."""

    def forward(self, images):
        return 2 * super().forward(images)


class Wrapper(nn.Module):
    """Normalises the input and keeps the user's network under `network`."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network((images - 0.5) / 0.5)


@pytest.fixture
def network():
    torch.manual_seed(0)
    cnn = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.PReLU(), nn.Conv2d(4, 2, 3))
    return nn.Sequential(OrderedDict(cnn=cnn, flat=nn.Flatten(), fc=nn.Linear(32, 5))).eval()


@pytest.fixture
def images():
    return torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_a_layer_is_found_by_its_own_name_also_inside_a_wrapper(network):
    assert find_layer(network, "cnn.3") is network.cnn[3]
    assert find_layer(Wrapper(network), "cnn.3") is network.cnn[3]
    assert find_layer(Wrapper(network), "network.cnn.3") is network.cnn[3]


def test_an_attribute_called_network_that_is_no_module_does_no_harm(network):
    network.network = "vgg"
    assert find_layer(network, "fc") is network.fc


@pytest.mark.parametrize("wrap", [lambda network: network, Wrapper])
def test_an_unknown_layer_names_the_nearest_and_says_how_to_list_all(network, wrap):
    with pytest.raises(UserError) as raised:
        find_layer(wrap(network), "cnn.33")
    message = str(raised.value)
    assert "'cnn.33'" in message
    assert "near it: cnn.3" in message
    assert "model.named_modules()" in message


def test_a_name_like_no_other_still_gets_examples(network):
    with pytest.raises(UserError, match=r"near it: cnn, cnn\.0"):
        find_layer(network, "§§§")


def test_the_model_itself_is_no_layer(network):
    with pytest.raises(UserError):
        find_layer(network, "")


@pytest.mark.parametrize("name", ["cnn.0", "cnn.1", "cnn.2", "cnn.3", "fc"])
def test_an_activation_is_what_the_layer_gives_in_a_whole_forward_pass(network, images, name):
    seen = []
    handle = find_layer(network, name).register_forward_hook(lambda *call: seen.append(call[2]))
    network(images)
    handle.remove()
    assert torch.equal(activation(network, name, images), seen[0])


def test_what_lies_behind_the_layer_is_never_run(images):
    network = nn.Sequential(nn.Conv2d(3, 4, 3), Unreachable())
    assert torch.equal(activation(network, "0", images), network[0](images))


def test_an_in_place_layer_behind_does_not_change_the_activation(images):
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True))
    assert activation(network, "0", images).min() < 0


def test_of_a_layer_that_runs_twice_the_first_output_counts(images):
    layer = nn.Conv2d(3, 3, 3, padding=1)
    network = nn.Sequential(layer, layer)
    assert torch.equal(activation(network, "0", images), layer(images))


def test_an_activation_can_be_differentiated(network, images):
    images.requires_grad_()
    (gradient,) = torch.autograd.grad(activation(network, "cnn.0", images)[:, 1].sum(), images)
    # Every weight meets the pixel in the middle once.
    torch.testing.assert_close(gradient[0, :, 4, 4], network.cnn[0].weight[1].sum(dim=(1, 2)))


def test_a_layer_that_the_forward_pass_skips_is_named(network, images):
    network.spare = nn.Conv2d(3, 3, 3)
    network.forward = lambda images: network.cnn(images)
    for filters in (None, [0]):
        with pytest.raises(UserError, match="never runs its layer 'spare'"):
            activation(network, "spare", images, filters)


def test_a_layer_without_channels_is_refused():
    class Tokens(nn.Module):
        def forward(self, images):
            return images.flatten(2)

    with pytest.raises(UserError, match=r"'0' gives \(2, 3, 64\)"):
        activation(nn.Sequential(Tokens()), "0", torch.zeros(2, 3, 8, 8))


def reflecting():
    return nn.Conv2d(3, 6, 3, stride=2, dilation=2, padding=2, padding_mode="reflect", bias=False)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(3, 6, 3),
        reflecting(),
        nn.Conv2d(3, 6, 1, groups=3),
        Doubled(3, 6, 3),
        nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 6, 3)),
        nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU()),
        nn.Sequential(nn.Flatten(), nn.Linear(192, 6)),
    ],
)
def test_chosen_filters_are_those_of_the_whole_layer(images, layer):
    whole = layer(images)
    network = nn.Sequential(layer, Unreachable())
    torch.testing.assert_close(activation(network, "0", images, [4, 1, 4]), whole[:, [4, 1, 4]])
    with pytest.raises(UserError, match="'0' has no filter 6: it has 6"):
        activation(network, "0", images, [0, 6])


def test_chosen_filters_see_what_other_hooks_on_the_layer_do(network, images):
    plain = network.cnn[0](images)[:, [1]]
    with network.cnn[0].register_forward_hook(lambda module, args, output: -output):
        torch.testing.assert_close(activation(network, "cnn.0", images, [1]), -plain)


@pytest.mark.parametrize("filters", [None, [1], [99]])
@pytest.mark.parametrize("name, broken", [("cnn.3", False), ("cnn.3", True), ("nowhere", False)])
def test_no_hook_stays_behind(network, images, name, broken, filters):
    if broken:
        network.cnn[1].forward = Unreachable().forward
    try:
        activation(network, name, images, filters)
    except (UserError, AssertionError):
        assert broken or name == "nowhere" or filters == [99]
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())


def test_a_filter_too_large_is_told_how_many_there_are():
    check_filters("cnn.0", [0, 63], 64)
    with pytest.raises(UserError, match=r"'cnn\.0' has no filter 64, 99: it has 64, numbered 0 to"):
        check_filters("cnn.0", [3, 64, 99], 64)
    with pytest.raises(UserError, match="no filter -1"):
        check_filters("cnn.0", [-1], 64)
    with pytest.raises(UserError, match=r"no filter of layer 'cnn\.0' is asked for"):
        check_filters("cnn.0", [], 64)


@pytest.mark.parametrize(
    ("wanted", "channels", "numbers"),
    [
        (6, 64, [0, 10, 21, 32, 42, 53]),
        (3, 8, [0, 2, 5]),
        (1, 8, [0]),
        (8, 8, [*range(8)]),
        (6, 4, [0, 1, 2, 3]),
        ("all", 4, [0, 1, 2, 3]),
        ([3, 0, 3], 4, [3, 0, 3]),
    ],
)
def test_so_many_filters_are_spread_evenly_and_never_twice(wanted, channels, numbers):
    assert list(choose_filters(wanted, channels)) == numbers
