import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.deep_dream import explain, octave_sizes
from cnnscope.networks.classifier import to_tensor

pytestmark = pytest.mark.usefixtures("one_thread")

OPTIONS = {"layer": "3", "seed": 0, "octaves": 2, "steps": 6}


@pytest.fixture
def network():
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 4, 5), nn.PReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3)
    return nn.Sequential(*layers, nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(5 * 400, 3))


@pytest.fixture
def images():
    """Coarse noise, and flat colours."""
    images = np.random.default_rng(5).integers(60, 200, (3, 12, 12, 3), np.uint8)
    images = images.repeat(4, 1).repeat(4, 2)
    images[2] = (200, 120, 40)
    return images


def scores(network, pictures):
    with torch.no_grad():
        return network[:4](pictures).square().mean((1, 2, 3)).numpy()


def test_the_score_of_every_photograph_rises(network, images):
    pictures, details, facts = explain(network, images, **OPTIONS)
    assert pictures.shape == images.shape and pictures.dtype == np.float32
    assert pictures.min() >= 0 and pictures.max() <= 1
    before = scores(network, to_tensor(images, torch.device("cpu")))
    after = scores(network, torch.from_numpy(pictures).permute(0, 3, 1, 2))
    np.testing.assert_allclose(details["score_start"], before, rtol=1e-4)
    np.testing.assert_allclose(details["score_end"], after, rtol=1e-4)
    assert (after > 1.3 * before).all()
    assert facts["precision"] == "float64" and facts["octaves"] == [[34, 34], [48, 48]]


@pytest.mark.parametrize("octaves", [1, 2])
def test_a_photograph_stays_recognisable(network, images, octaves):
    """The change of the logits has a root mean square of about 1, with any number of octaves."""
    pictures, _, _ = explain(network, images, **OPTIONS | {"octaves": octaves})
    change = torch.logit(torch.from_numpy(pictures)) - torch.logit(torch.from_numpy(images) / 255)
    strength = change.square().mean((1, 2, 3)).sqrt()
    assert (strength > 0.6).all() and (strength < 1.7).all()
    for picture, image in zip(pictures[:2], images[:2], strict=True):
        assert np.corrcoef(picture.ravel(), image.ravel())[0, 1] > 0.5


def test_a_dream_follows_from_its_photograph_and_the_seed_alone(network, images):
    together = explain(network, images, **OPTIONS)[0]
    alone = explain(network, images[1:2], **OPTIONS)[0]
    assert together[1].tobytes() == alone[0].tobytes()
    other = explain(network, images[1:2], **OPTIONS | {"seed": 1})[0]
    assert (other != alone).any()


def test_what_is_found_at_small_sizes_is_kept_at_larger_ones(network, images):
    """A later octave begins with it: with a single step, nothing else leads to its slow waves."""
    options = OPTIONS | {"steps": 1}
    one = explain(network, images[:1], **options | {"octaves": 1})[0]
    two = explain(network, images[:1], **options)[0]
    assert np.sqrt(((one - two) ** 2).mean()) > 0.02


def test_octaves_grow_by_a_ratio_up_to_the_photograph_and_none_is_tiny():
    assert octave_sizes((224, 112), 3) == [(114, 57), (160, 80), (224, 112)]
    assert octave_sizes((64, 64), 9) == [(33, 33), (46, 46), (64, 64)]
    assert octave_sizes((20, 20), 4) == [(20, 20)]


def test_octaves_that_are_left_out_are_reported(network, images):
    said: list[str] = []
    explain(network, images[:1], **OPTIONS | {"octaves": 4, "steps": 1}, log=said.append)
    assert said == ["2 of 4 octaves: smaller ones have sides below 32 pixels"]


def test_a_layer_that_takes_one_size_alone_is_refused_unless_there_is_one_octave(network, images):
    with pytest.raises(
        UserError, match=r"octaves: layer '6' takes no image of 34 x 34 .* octaves: 1"
    ):
        explain(network, images, **OPTIONS | {"layer": "6"})
    _, details, _ = explain(network, images, **OPTIONS | {"layer": "6", "octaves": 1})
    assert (details["score_end"] > details["score_start"]).all()


def test_a_layer_that_answers_nothing_is_reported(network, images):
    nn.init.zeros_(network[3].weight)
    said: list[str] = []
    explain(network, images[:1], **OPTIONS, log=said.append)
    assert said == ["image 0: nothing raises the score of layer '3'"]


def test_no_image_and_an_unknown_layer_are_refused(network, images):
    with pytest.raises(UserError, match=r"deep_dream.images: the image sets are empty"):
        explain(network, images[:0], **OPTIONS)
    with pytest.raises(UserError, match="no layer 'cnn'"):
        explain(network, images, **OPTIONS | {"layer": "cnn"})


def test_the_network_is_left_as_it_was(network, images):
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    explain(network, images[:1], **OPTIONS)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.training and all(one.requires_grad for one in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())
