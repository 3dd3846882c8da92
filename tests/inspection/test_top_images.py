import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection import top_images
from cnnscope.inspection.responses import activation_maps, response

BRIGHT, EDGE, CONSTANT = range(3)


@pytest.fixture
def network():
    """Filters for light, for a step from dark to light, and one that answers all alike."""
    conv = nn.Conv2d(1, 3, 3, padding=1, padding_mode="replicate")
    with torch.no_grad():
        conv.weight.zero_()
        conv.bias.zero_()
        conv.weight[BRIGHT, 0, 1, 1] = 1
        conv.weight[EDGE, 0, 1] = torch.tensor([-1.0, 0.0, 1.0])
        conv.bias[CONSTANT] = 0.25
    return nn.Sequential(conv, nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(3 * 64, 2))


@pytest.fixture
def images():
    """Faint noise; the strongest image of each filter is planted in another batch."""
    images = np.random.default_rng(0).integers(0, 30, (80, 8, 8, 1), dtype=np.uint8)
    images[70] = 255
    images[5] = 200
    images[40] = np.where(np.arange(8) // 2 % 2, 180, 0)[None, :, None]
    return images


@pytest.mark.parametrize("layer", ["0", "1", "2"])
def test_the_planted_images_are_found_strongest_first(network, images, layer):
    maps, details, _ = top_images.explain(
        network, images, layer=layer, filters=[EDGE, BRIGHT], count=3
    )
    assert details["positions"][0, 0] == 40
    assert details["positions"][1].tolist() == [70, 5, 40]
    assert (np.diff(details["responses"], axis=1) <= 0).all()
    assert maps.shape == (2, 3, 8, 8)


def test_the_order_is_that_of_all_images_sorted_at_once(network, images):
    filters = [EDGE, BRIGHT]
    maps, details, facts = top_images.explain(network, images, layer="0", filters=filters, count=9)
    every = activation_maps(network, "0", filters, images)
    answers = response(torch.from_numpy(every)).numpy()
    expected = np.argsort(-answers, axis=1, kind="stable")[:, :9]
    np.testing.assert_array_equal(details["positions"], expected)
    rows = np.arange(2)[:, None]
    np.testing.assert_allclose(details["responses"], answers[rows, expected], atol=1e-6)
    np.testing.assert_allclose(maps, every[rows, expected], atol=1e-6)
    assert facts["images"] == 80


def test_equal_images_stay_in_order_and_all_are_given_where_there_are_fewer(network, images):
    _, details, _ = top_images.explain(network, images, layer="0", filters=[CONSTANT], count=40)
    assert details["positions"][0].tolist() == list(range(40))
    np.testing.assert_allclose(details["responses"], 0.25)
    _, details, _ = top_images.explain(network, images[:7], layer="0", filters=[0], count=40)
    assert sorted(details["positions"][0]) == list(range(7))


def test_a_linear_layer_has_maps_of_one_position(network, images):
    maps, details, _ = top_images.explain(network, images, layer="4", filters=[1], count=2)
    assert maps.shape == (1, 2, 1, 1)
    np.testing.assert_allclose(maps[0, :, 0, 0], details["responses"][0])


def test_a_map_from_a_file_is_not_read_at_once(network, images):
    class Watched:
        shape, asked = images.shape, []

        def __len__(self):
            return len(images)

        def __getitem__(self, part):
            self.asked.append(len(images[part]))
            return images[part]

    watched = Watched()
    top_images.explain(network, watched, layer="0", filters=[0], count=2)
    assert sum(watched.asked) == 80, "one pass"
    assert max(watched.asked) <= 32


def test_mistakes_are_told(network, images):
    with pytest.raises(UserError, match="'0' has no filter 3"):
        top_images.explain(network, images, layer="0", filters=[3], count=2)
    with pytest.raises(UserError, match="no layer 'nine'"):
        top_images.explain(network, images, layer="nine", filters=[0], count=2)
