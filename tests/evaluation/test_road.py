"""ROAD against dense algebra, against values worked out by hand, and against wrong versions."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.evaluation import road_lerf, road_morf
from cnnscope.evaluation._removal import ranked_pixels
from cnnscope.evaluation._road import impute, removed
from cnnscope.networks.classifier import Classifier

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (3, 6, 7, 3), dtype=np.uint8)
TARGETS = np.array([1, 0, 1])


def dense(image: np.ndarray, pixels) -> np.ndarray:
    """The same equations, one by one, in a full matrix."""
    height, width, _ = image.shape
    places = [divmod(int(pixel), width) for pixel in pixels]
    matrix, right = np.zeros((len(places),) * 2), np.zeros((len(places), image.shape[2]))
    for row, (y, x) in enumerate(places):
        for other in np.ndindex(height, width):
            far = abs(other[0] - y), abs(other[1] - x)
            weight = {(0, 1): 1 / 6, (1, 0): 1 / 6, (1, 1): 1 / 12}.get(far, 0)
            matrix[row, row] += weight
            if other in places:
                matrix[row, places.index(other)] -= weight
            else:
                right[row] += weight * image[other]
    return np.linalg.solve(matrix, right)


@pytest.mark.parametrize("count", [1, 5, 20, 41])
def test_removed_pixels_solve_the_equations_of_their_neighbours(count):
    image, pixels = RNG.random((6, 7, 3)), RNG.permutation(42)[:count]
    np.testing.assert_allclose(impute(image, pixels), dense(image, pixels), atol=1e-9)


def test_one_pixel_is_the_weighted_mean_of_those_around_it():
    image = np.zeros((3, 3, 1))
    image[0, 1], image[2, 2] = 0.6, 0.9
    assert impute(image, np.array([4]))[0, 0] == pytest.approx(0.6 / 6 + 0.9 / 12)
    # In a corner three neighbours share the weight: 1/6 + 1/6 + 1/12 = 5/12.
    assert impute(image, np.array([0]))[0, 0] == pytest.approx(0.6 / 6 / (5 / 12))


def test_a_linear_ramp_is_restored_inside():
    rows, columns = np.mgrid[:9, :9] / 9
    image = np.stack([rows, columns, 1 - rows], 2)
    inside = np.flatnonzero(np.pad(np.ones((5, 5)), 2).ravel())
    np.testing.assert_allclose(impute(image, inside), image.reshape(-1, 3)[inside], atol=1e-9)


def test_kept_pixels_stay_and_removed_ones_get_little_noise_that_follows_from_the_image():
    image = np.full((40, 40, 3), 128, np.uint8)
    pixels = np.arange(800)
    found = removed(image, pixels, 0).reshape(-1, 3)
    np.testing.assert_array_equal(found[800:], 128)
    spread = (found[:800] / 255.0 - 128 / 255).std()
    assert 0.009 < spread < 0.011
    assert np.array_equal(removed(image, pixels, 0).reshape(-1, 3), found)
    assert not np.array_equal(removed(image, pixels, 1).reshape(-1, 3), found)


def brightness() -> Classifier:
    """Two classes: the probability of the second grows with the sum of the image."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(126, 2))
    with torch.no_grad():
        network[1].weight[:] = torch.tensor([[0.0], [0.1]]).expand(2, 126)
        network[1].bias[:] = torch.tensor([0.0, -5.0])
    return Classifier(network, [0.0] * 3, [1.0] * 3)


@pytest.mark.parametrize(("metric", "sign"), [(road_morf, 1), (road_lerf, -1)])
def test_the_score_is_the_mean_probability_over_the_shares(metric, sign):
    maps = RNG.normal(size=(3, 6, 7)).astype(np.float32)
    found = metric.score(brightness(), IMAGES, TARGETS, maps, steps=2, seed=3, log=str)
    for number, (image, target) in enumerate(zip(IMAGES, TARGETS, strict=True)):
        order = np.argsort(-sign * maps[number].ravel(), kind="stable")
        second = []
        for count in (14, 28):
            seen = removed(image, order[:count], 3).astype(np.float64) / 255
            second.append(1 / (1 + np.exp(5 - 0.1 * seen.sum())))
        expected = np.mean(second) if target == 1 else 1 - np.mean(second)
        assert found[number] == pytest.approx(expected, abs=1e-6)


def test_a_planted_feature_is_missed_when_it_goes_first_and_kept_when_it_goes_last():
    image = np.full((1, 6, 7, 3), 40, np.uint8)
    image[0, 2:4, 2:4] = 255
    right = (image[0, ..., 0] == 255).astype(np.float32)[None]
    target, arguments = np.array([1]), {"steps": 4, "seed": 0, "log": str}
    noise = RNG.random((1, 6, 7)).astype(np.float32)
    for metric, better in ((road_morf, np.less), (road_lerf, np.greater)):
        scores = [
            metric.score(brightness(), image, target, one, **arguments)[0]
            for one in (right, noise, -right)
        ]
        assert better(scores[0], scores[1]) and better(scores[1], scores[2])


def test_the_score_of_an_image_does_not_depend_on_the_others():
    maps = RNG.normal(size=(3, 6, 7)).astype(np.float32)
    arguments = {"steps": 3, "seed": 0, "log": str}
    whole = road_morf.score(brightness(), IMAGES, TARGETS, maps, **arguments)
    some = road_morf.score(brightness(), IMAGES[[2, 0]], TARGETS[[2, 0]], maps[[2, 0]], **arguments)
    assert some.tobytes() == whole[[2, 0]].tobytes()


def test_pixels_of_equal_value_go_in_an_order_that_is_not_that_of_reading():
    ranked = np.zeros((20, 20))
    ranked[10, 10] = 1
    order = ranked_pixels(ranked, IMAGES[0], 0)
    assert order[0] == 210 and sorted(order) == list(range(400))
    # Of the first quarter in reading order about a quarter goes in the first quarter.
    assert 10 < (order[:100] < 100).sum() < 40
    assert np.array_equal(ranked_pixels(ranked, IMAGES[0], 0), order)
    assert not np.array_equal(ranked_pixels(ranked, IMAGES[1], 0), order)
