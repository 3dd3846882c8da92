"""Superpixels: numbered without a gap, whatever the method and the image."""

import numpy as np
import pytest

from cnnscope.attribution._masking.superpixels import segment
from cnnscope.errors import UserError

SETTINGS = [
    {"method": "slic", "n_segments": 12},
    {"method": "quickshift", "kernel_size": 2, "max_dist": 6, "ratio": 0.5},
    {"method": "felzenszwalb", "scale": 30.0, "min_size": 10},
]


def photograph(channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:32, :40]
    waves = 128 + 60 * np.sin(rows / 5)[..., None] * np.cos(columns / 7)[..., None]
    return np.clip(waves + rng.normal(0, 10, (32, 40, channels)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s["method"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("constant", [False, True], ids=["photograph", "constant"])
def test_labels_run_from_zero_without_a_gap(settings, channels, constant):
    image = np.full((32, 40, channels), 90, np.uint8) if constant else photograph(channels)
    labels = segment(image, settings, seed=0)
    assert labels.shape == (32, 40) and labels.dtype == np.int32
    assert np.array_equal(np.unique(labels), np.arange(labels.max() + 1))
    assert constant or labels.max() >= 3


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s["method"])
def test_superpixels_follow_an_edge(settings):
    image = np.zeros((32, 40, 3), np.uint8)
    image[:, 20:] = (250, 200, 40)
    labels = segment(image, settings, seed=0)
    # Blurring may move the border by a pixel or two; no region may lie on both sides beyond that.
    assert not set(np.unique(labels[:, :18])) & set(np.unique(labels[:, 22:]))


def test_grey_is_cut_like_the_same_picture_in_three_channels():
    grey = photograph(1)
    for settings in SETTINGS[::2]:
        colour = np.repeat(grey, 3, axis=2)
        assert np.array_equal(segment(grey, settings, 0), segment(colour, settings, 0))


def test_the_number_of_superpixels_follows_the_setting():
    few, many = (
        segment(photograph(), {"method": "slic", "n_segments": n}, 0).max() + 1 for n in (6, 40)
    )
    assert few < 12 < 24 < many


def test_quickshift_repeats_for_a_seed_and_breaks_its_ties_by_it():
    flat = np.full((24, 24, 3), 90, np.uint8)
    first, again, other = (segment(flat, SETTINGS[1], seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"method": "watershed"}, "'watershed' is none of slic, quickshift, felzenszwalb"),
        ({}, "None is none of"),
        ({"method": "slic", "kernel_size": 4}, "no parameter 'kernel_size'"),
        ({"method": "quickshift", "kernel_size": 0}, "quickshift refuses"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_line(settings, words):
    with pytest.raises(UserError, match=words):
        segment(photograph(), settings, seed=0)
