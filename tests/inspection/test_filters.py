from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.ascent import visualise, white_noise
from cnnscope.inspection.filters import explain
from cnnscope.inspection.responses import activation_maps, response

SIZE = (32, 32)
HORIZONTAL, VERTICAL, RED, BLUE, DEAD = range(5)


class Unreachable(nn.Module):
    def forward(self, images):
        raise AssertionError("the network behind the layer was run")


@pytest.fixture
def planted():
    """A first convolution whose five filters are known; nothing may run behind it."""
    sobel = torch.tensor([[1.0, 2.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -2.0, -1.0]])
    conv = nn.Conv2d(3, 5, 3, padding=1)
    with torch.no_grad():
        conv.weight.zero_()
        conv.weight[HORIZONTAL] = sobel
        conv.weight[VERTICAL] = sobel.T
        conv.weight[RED, :, 1, 1] = torch.tensor([1.0, -0.5, -0.5])
        conv.weight[BLUE, :, 1, 1] = torch.tensor([-0.5, -0.5, 1.0])
        conv.bias.copy_(torch.tensor([0.3, -0.3, 0.0, 0.0, 0.1]))
    return nn.Sequential(OrderedDict(conv=conv, behind=Unreachable()))


@pytest.fixture
def network():
    torch.manual_seed(3)
    cnn = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.PReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 20, 3, padding=1),
        nn.ReLU(),
    )
    return nn.Sequential(OrderedDict(cnn=cnn, flat=nn.Flatten(), fc=nn.Linear(20 * 256, 3)))


@pytest.fixture
def images():
    """Noise, flat colours and stripes."""
    images = np.random.default_rng(5).integers(0, 256, (6, *SIZE, 3), dtype=np.uint8)
    images[1], images[2], images[3] = 255, 0, (255, 0, 0)
    images[4] = 255 * (np.arange(32) // 2 % 2)[:, None, None]
    return images


def draw(model, layer, filters, **options):
    options = {"seed": 0, "size": SIZE, "channels": 3, "steps": 30} | options
    return visualise(model, layer, filters, **options)


def stronger_half(maps):
    """The objective, written another way: (..., h, w) to (...)."""
    values = np.sort(maps.reshape(*maps.shape[:-2], -1), axis=-1)
    return values[..., values.shape[-1] // 2 :].mean(axis=-1)


def high_share(pictures):
    """The share of the variance in waves shorter than four pixels."""
    power = np.abs(np.fft.fft2(pictures - pictures.mean(axis=(1, 2), keepdims=True), axes=(1, 2)))
    wave = np.hypot(*np.meshgrid(*[np.fft.fftfreq(n) for n in pictures.shape[1:3]], indexing="ij"))
    return (power[:, wave > 0.25] ** 2).sum() / (power**2).sum()


def test_the_response_is_the_mean_over_the_stronger_half():
    maps = torch.tensor([[[1.0, 8.0], [2.0, 4.0]], [[-1.0, -2.0], [-3.0, -4.0]]])
    assert response(maps).tolist() == [6.0, -1.5]
    assert response(torch.tensor([[[5.0, 1.0, 3.0]]])).tolist() == [4.0]


def test_an_edge_filter_gets_stripes_along_its_edge(planted):
    pictures = draw(planted, "conv", [HORIZONTAL, VERTICAL]).pictures.mean(axis=3)
    down, across = (np.square(np.diff(pictures, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2))
    assert down[0] > 10 * across[0]
    assert across[1] > 10 * down[1]


def test_an_edge_filter_comes_near_the_best_that_any_picture_can_do(planted):
    # White and black rows, 1, 1, 0, 0, answer 4 in each of three channels at every other position.
    found = draw(planted, "conv", [HORIZONTAL])
    bias = 0.3
    assert found.end[0] - bias > 0.45 * 12
    assert found.start[0] - bias < 0.15 * 12


@pytest.mark.parametrize("number, channel", [(RED, 0), (BLUE, 2)])
def test_a_colour_filter_gets_its_colour(planted, number, channel):
    picture = draw(planted, "conv", [number]).pictures[0]
    others = [c for c in range(3) if c != channel]
    fires = picture[..., channel] > picture[..., others].max(axis=-1)
    assert fires.mean() > 0.5
    assert picture[fires][:, channel].mean() > picture[fires][:, others].mean() + 0.5


def test_a_picture_fits_the_place_where_it_is_shown(network):
    filters = list(range(8))
    found = draw(network, "cnn.4", filters, steps=50)
    for shift in ((0, 1), (1, 0), (5, 3)):
        shifted = torch.from_numpy(np.roll(found.pictures, shift, axis=(1, 2)))
        with torch.no_grad():
            maps = network.cnn[:5].eval()(shifted.permute(0, 3, 1, 2)).numpy()
        elsewhere = stronger_half(maps[filters, filters])
        assert found.end.mean() > 1.04 * elsewhere.mean()


def test_a_grey_picture_has_one_channel():
    torch.manual_seed(0)
    found = draw(nn.Sequential(nn.Conv2d(1, 2, 3)), "0", [0, 1], channels=1, size=(16, 24))
    assert found.pictures.shape == (2, 16, 24, 1)
    assert (found.end > found.start).all()


@pytest.mark.parametrize("layer", ["cnn.0", "cnn.1", "cnn.4", "fc"])
def test_the_response_rises_and_beats_every_image(network, images, layer):
    filters = [2, 0]
    pictures, details, facts = explain(
        network, images, layer=layer, filters=filters, seed=0, steps=40
    )
    shown = np.concatenate([pictures, images / np.float32(255)]).transpose(0, 3, 1, 2)
    seen = []
    module = network.get_submodule(layer)
    handle = module.register_forward_hook(lambda *call: seen.append(call[2]))
    with torch.no_grad():
        network.eval()(torch.from_numpy(shown))
    handle.remove()
    maps = seen[0][:, filters].reshape(len(shown), 2, *details["activations"].shape[2:]).numpy()
    answers = stronger_half(maps)
    np.testing.assert_allclose(details["objective_end"], np.diag(answers[:2]), rtol=1e-4)
    np.testing.assert_allclose(details["objective_images"], answers[2:].T, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(details["activations"], maps[2:].swapaxes(0, 1), atol=1e-5)
    assert (details["objective_end"] > details["objective_start"]).all()
    assert (details["objective_end"] > answers[2:].max(axis=0)).all()
    assert facts["beats_every_image"] == [True, True] == facts["objective_rose"]


def test_a_number_of_filters_stands_for_as_many_of_the_layer(network, images):
    options = {"layer": "cnn.4", "seed": 0, "steps": 2}
    pictures, details, _ = explain(network, images, filters=3, **options)
    # Of 20.
    assert details["filters"].tolist() == [0, 6, 13]
    listed, _, _ = explain(network, images, filters=[0, 6, 13], **options)
    assert pictures.tobytes() == listed.tobytes()


def test_the_ascent_starts_from_white_noise(planted):
    options = {"layer": "conv", "seed": 0, "size": (64, 64), "channels": 3, "noise": 0.1}
    starts = white_noise([0, 1, 2], **options)
    assert starts.mean() == pytest.approx(0.5, abs=0.003)
    assert starts.std() == pytest.approx(0.1, abs=0.002)
    # White: these waves are 1 - pi / 16 of all, and have that share of the power.
    assert high_share(starts) == pytest.approx(1 - np.pi / 16, abs=0.02)
    # Independent channels and pictures.
    assert np.abs(np.corrcoef(starts.transpose(0, 3, 1, 2).reshape(9, -1)) - np.eye(9)).max() < 0.07
    found = draw(planted, "conv", [0, 1, 2], size=(64, 64))
    answers = planted.conv(torch.from_numpy(starts).permute(0, 3, 1, 2)).detach().numpy()
    expected = stronger_half(answers[[0, 1, 2], [0, 1, 2]])
    np.testing.assert_allclose(found.start, expected, rtol=1e-5, atol=1e-6)


def test_the_noise_does_not_stay_in_the_picture():
    # Behind the mean of 8 x 8 pixels nothing asks for short waves, and nothing removes them.
    torch.manual_seed(1)
    coarse = nn.Sequential(nn.AvgPool2d(8), nn.Conv2d(3, 2, 2))
    found = draw(coarse, "1", [0, 1])
    assert found.pictures.std() > 0.1
    assert high_share(found.pictures) < 0.02


def test_values_lie_between_0_and_1(planted):
    pictures = draw(planted, "conv", [0, 2], contrast=20.0).pictures
    assert pictures.dtype == np.float32
    assert pictures.min() >= 0
    assert pictures.max() <= 1


def test_a_picture_does_not_depend_on_its_company(network):
    together = draw(network, "cnn.4", [7, 0, 17, 3]).pictures
    for place, number in enumerate([7, 0, 17]):
        alone = draw(network, "cnn.4", [number]).pictures[0]
        assert together[place].tobytes() == alone.tobytes()


def test_a_picture_depends_on_the_seed_and_on_nothing_else(network):
    first, again = (draw(network, "cnn.4", [1, 2]).pictures for _ in range(2))
    assert first.tobytes() == again.tobytes()
    other = draw(network, "cnn.4", [1, 2], seed=1).pictures
    assert np.abs(other - first).mean() > 0.05


def test_a_dead_filter_stays_grey_and_is_reported(planted, images):
    lines = []
    pictures, details, facts = explain(
        planted, images, layer="conv", filters=[DEAD, VERTICAL], seed=0, steps=20, log=lines.append
    )
    np.testing.assert_array_equal(pictures[0], 0.5)
    assert details["objective_start"][0] == details["objective_end"][0] == pytest.approx(0.1)
    assert facts["objective_rose"] == [False, True]
    assert facts["beats_every_image"] == [False, True]
    (line,) = lines
    assert line.startswith("filter 4 of layer 'conv' answers no picture")


def test_a_picture_that_an_image_beats_is_reported(planted, images):
    lines = []
    options = {"seed": 0, "steps": 5, "contrast": 0.1, "noise": 0.01, "log": lines.append}
    _, _, facts = explain(planted, images, layer="conv", filters=[RED], **options)
    assert facts["objective_rose"] == [True]
    assert facts["beats_every_image"] == [False]
    (line,) = lines
    assert line.startswith("filter 2 of layer 'conv': an image excites it more")


@pytest.mark.parametrize(
    "layer, filters, complaint",
    [
        ("cnn.44", [0], "no layer 'cnn.44'; near it: cnn.4"),
        ("cnn.4", [3, 20], "'cnn.4' has no filter 20: it has 20, numbered 0 to 19"),
        ("fc", [3], "'fc' has no filter 3: it has 3"),
        ("cnn.0", [], "no filter of layer 'cnn.0'"),
    ],
)
def test_mistakes_are_told(network, images, layer, filters, complaint):
    with pytest.raises(UserError, match=complaint.replace(".", r"\.")):
        explain(network, images, layer=layer, filters=filters, seed=0, steps=2)


@pytest.mark.parametrize("layer, filters", [("cnn.4", [1]), ("cnn.4", [99]), ("broken", [0])])
def test_the_model_is_given_back_as_it_was(network, images, layer, filters):
    network.add_module("broken", Unreachable())
    network.train()
    network.cnn[1].eval()
    network.cnn[0].bias.requires_grad_(False)
    network.fc.weight.grad = torch.ones_like(network.fc.weight)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    try:
        explain(network, images, layer=layer, filters=filters, seed=0, steps=2)
    except (UserError, AssertionError):
        assert (layer, filters) != ("cnn.4", [1])
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert [m.training for m in network.cnn] == [True, False, True, True, True, True]
    assert [p.requires_grad for p in network.cnn[0].parameters()] == [True, False]
    assert torch.equal(network.fc.weight.grad, torch.ones_like(network.fc.weight))
    assert all(p.grad is None for p in network.cnn.parameters())
    assert not any(m._forward_hooks or m._backward_hooks for m in network.modules())


def test_the_maps_of_an_image_do_not_depend_on_the_other_images(network, images):
    many = np.concatenate([images] * 6)
    maps = activation_maps(network, "cnn.4", [1, 5], many)
    assert maps.shape == (2, 36, 16, 16)
    alone = activation_maps(network, "cnn.4", [1, 5], many[33:34])
    np.testing.assert_allclose(maps[:, 33:34], alone, atol=1e-6)


def test_a_photograph_stays_and_is_changed_towards_what_the_filter_wants(planted, images):
    flat = np.full((1, *SIZE, 3), 128, np.uint8)
    photographs = np.concatenate([flat, images[4:5] // 4 + 96])
    options = {"layer": "conv", "seed": 0, "steps": 20}
    pictures, details, facts = explain(
        planted, photographs, filters=[HORIZONTAL, RED, DEAD], start="image", **options
    )
    assert pictures.shape == (3, 2, *SIZE, 3)
    assert facts["objective_rose"] == [[True, True], [True, True], [False, False]]
    np.testing.assert_allclose(
        details["objective_start"][:2], details["objective_images"][:2], atol=1e-3
    )
    # The planted edge filter writes its rows, the red one red, the dead one nothing.
    change = pictures - photographs / np.float32(255)
    down, across = (np.square(np.diff(change[0, 0].mean(-1), axis=a)).mean() for a in (0, 1))
    assert down > 10 * across
    assert change[1, 0, ..., 0].mean() > change[1, 0, ..., 1:].mean() + 0.1
    assert np.abs(change[2]).max() < 0.005
    assert np.abs(change[:2]).mean() < 0.3, "it is a change, not another picture"


def test_a_photograph_that_nothing_betters_is_reported(planted, images):
    lines = []
    options = {"layer": "conv", "seed": 0, "steps": 5, "start": "image", "log": lines.append}
    explain(planted, images[3:5], filters=[HORIZONTAL], **options)
    (line,) = lines
    assert line == "filter 0 of layer 'conv': image 1 cannot be changed to excite it more"


def test_a_picture_from_a_photograph_depends_on_no_other(network, images):
    options = {"layer": "cnn.4", "seed": 0, "steps": 5, "start": "image"}
    together, _, _ = explain(network, images, filters=[3, 7], **options)
    alone, _, _ = explain(network, images[2:3], filters=[7], **options)
    assert together[1, 2].tobytes() == alone[0, 0].tobytes()


@pytest.mark.parametrize("start", ["noise", "image"])
@pytest.mark.parametrize("layer", ["0", "1", "2"])
def test_grey_pictures_of_convolution_norm_and_activation(layer, start):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.LeakyReLU(), nn.Conv2d(3, 1, 1))
    photograph = np.random.default_rng(0).integers(0, 256, (1, 16, 16, 1), dtype=np.uint8)
    pictures, details, _ = explain(
        model, photograph, layer=layer, filters="all", seed=0, steps=10, start=start
    )
    assert details["filters"].tolist() == [0, 1, 2]
    assert pictures.shape == (3, *((1,) if start == "image" else ()), 16, 16, 1)
    assert (details["objective_end"] > details["objective_start"]).all()
