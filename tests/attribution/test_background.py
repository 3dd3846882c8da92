"""The images that stand for nothing to see."""

import numpy as np
import pytest

from cnnscope.attribution.background import blurred, draw_background
from cnnscope.errors import UserError

POOL = np.arange(12, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 3), np.uint8)
LABELS = np.array([0] * 9 + [1] * 3)


def shades(images: np.ndarray) -> list[int]:
    return images[:, 0, 0, 0].tolist()


def test_training_images_are_drawn_evenly_from_the_classes_and_named():
    drawn, said = draw_background(POOL, LABELS, 6, "training", seed=0)
    assert said == "6 training images"
    assert sum(shade >= 9 for shade in shades(drawn)) == 3
    with pytest.raises(UserError, match="13 images are asked for, there are 12"):
        draw_background(POOL, LABELS, 13, "training", seed=0)


def test_of_pictures_there_may_be_fewer_than_are_asked_for():
    drawn, said = draw_background(POOL, np.full(12, -1), 32, "pictures", seed=0)
    assert said == "12 of the pictures themselves" and shades(drawn) == list(range(12))


@pytest.mark.parametrize("channels", [1, 3])
def test_blurred_copies_keep_the_light_and_lose_the_objects(channels):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (3, 64, 64, channels), np.uint8)
    images[1] //= 4
    drawn, said = draw_background(images, np.full(3, -1), 3, "blurred", seed=0)
    assert said == "3 blurred copies of the pictures"
    assert drawn.shape == images.shape and drawn.dtype == np.uint8
    for copy, image in zip(drawn, images, strict=True):
        assert abs(copy.mean() - image.mean()) < 2
        assert copy.std() < 0.2 * image.std()


def test_a_point_is_blurred_to_a_gaussian_of_a_twentieth_of_the_side():
    image = np.zeros((1, 101, 101, 1), np.uint8)
    image[0, 40:61, 50] = 255
    row = blurred(image)[0, 50, :, 0].astype(float)
    spread = np.sqrt((row * (np.arange(101) - 50) ** 2).sum() / row.sum())
    assert spread == pytest.approx(5.05, rel=0.05)
