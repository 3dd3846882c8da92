"""The controls, each by what it says it is."""

import numpy as np
import pytest

from cnnscope.attribution import blurred_random, centre, constant, random, sobel
from cnnscope.planning.methods import declared_methods

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 40, 60, 3), dtype=np.uint8)


def made(method, images=IMAGES, **given) -> np.ndarray:
    return method.explain(None, images, np.zeros(len(images), int), **given, log=str).attribution


def test_the_controls_are_declared_as_such():
    declared = {name for name, method in declared_methods().items() if method.control}
    assert declared == {"random", "blurred_random", "constant", "centre", "sobel"}


def test_the_constant_prefers_no_pixel():
    assert (made(constant) == 1).all()


def test_the_centre_is_a_gaussian_of_a_quarter_of_each_side():
    one, other = made(centre)
    assert (one == other).all() and np.allclose(one, one[::-1, ::-1])
    # Centres of pixels lie half a pixel off the middle; a deviation away it is exp(-1/2) of it.
    assert np.isclose(one[19, 29], np.exp(-8 * (1 / 80**2 + 1 / 120**2)))
    assert np.isclose(one[30, 30] / one[20, 30], np.exp(-8 * ((10.5**2 - 0.5**2) / 40**2)))


@pytest.mark.parametrize("method", [random, blurred_random])
def test_noise_follows_from_the_image_and_the_seed(method):
    maps = made(method, seed=1)
    assert (maps == made(method, seed=1)).all() and (maps != made(method, seed=2)).any()
    assert (maps[0] != maps[1]).any() and maps.min() >= 0 and maps.max() <= 1


def test_noise_is_uniform_and_blurred_noise_smooth():
    plain, smooth = made(random, seed=1)[0], made(blurred_random, seed=1)[0]
    assert abs(plain.std() - 12**-0.5) < 0.02
    steps = [np.abs(np.diff(one, axis=0)).mean() / one.std() for one in (plain, smooth)]
    assert steps[1] < 0.5 * steps[0]
    # A Gaussian of 2 pixels leaves 1 / (2 sqrt(pi) 2) of the deviation.
    assert abs(smooth.std() / plain.std() - 1 / (4 * np.sqrt(np.pi))) < 0.03


def test_edges_are_where_grey_changes_and_nowhere_else():
    step = np.zeros((1, 8, 8, 3), np.uint8)
    step[:, :, 4:] = 255
    (edges,) = made(sobel, step)
    assert (edges[:, :3] == 0).all() and (edges[:, 5:] == 0).all()
    # The filter's sum over its two rows of columns is the step itself, in one of two directions.
    assert np.allclose(edges[:, 3:5], 1 / np.sqrt(2))
    turned = np.where(step > 0, [[[[255, 0, 0]]]], [[[[0, 0, 255]]]]).astype(np.uint8)
    assert np.allclose(made(sobel, turned), 0)
