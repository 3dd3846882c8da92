"""What is scored beside a map, and how scores of shards come into the order of the images."""

import numpy as np

from cnnscope.attribution.reference_maps import blurred_maps, random_maps
from cnnscope.evaluation.versions import in_order, score_versions

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (3, 20, 24, 3), dtype=np.uint8)
MAPS = RNG.random((3, 20, 24)).astype(np.float32)


def largest(maps: np.ndarray) -> np.ndarray:
    return maps.max((1, 2))


def scored(numbers: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """The largest value, and by its number which image it is told to be."""
    return largest(maps) + 10 * numbers


def test_the_map_and_its_blurred_copy_are_scored_in_this_order():
    found = score_versions(scored, MAPS, alone=False) - 10 * np.arange(3)
    np.testing.assert_allclose(found[0], largest(MAPS), rtol=1e-5)
    np.testing.assert_allclose(found[1], largest(blurred_maps(MAPS)), rtol=1e-5)
    assert (found[1] < found[0]).all(), "a blur takes the peaks"


def test_where_the_method_runs_anew_its_own_maps_alone_are_scored():
    found = score_versions(scored, MAPS, alone=True) - 10 * np.arange(3)
    np.testing.assert_allclose(found[0], largest(MAPS), rtol=1e-5)
    assert np.isnan(found[1:]).all()


def test_noise_follows_from_the_image_and_the_seed_and_not_from_its_place():
    whole = random_maps(IMAGES, 1)
    np.testing.assert_array_equal(random_maps(IMAGES[[2, 0]], 1), whole[[2, 0]])
    assert not np.array_equal(random_maps(IMAGES, 2), whole)
    assert abs(whole.mean() - 0.5) < 0.02 and whole.min() >= 0 and whole.max() < 1


def test_a_blur_keeps_the_sum_of_a_map_away_from_its_edge_and_no_shape_of_it():
    point = np.zeros((1, 41, 41), np.float32)
    point[0, 20, 20] = 3
    (soft,) = blurred_maps(point)
    assert abs(soft.sum() - 3) < 1e-3 and soft.argmax() == 20 * 41 + 20
    # The standard deviation is a twentieth of the height.
    rows = np.arange(41) - 20
    assert abs(np.sqrt((soft.sum(1) / 3 * rows**2).sum()) - 41 / 20) < 0.05


def test_scores_come_into_the_order_of_the_images_from_shards_in_any_order():
    index = [{"set": name, "path": path} for name, path in ("ab", "ac", "ba", "ab")]
    shards = [
        ("b", ["a"], np.array([[5.0], [6.0]])),
        ("a", ["c", "b"], np.array([[1.0, 2.0], [3.0, 4.0]])),
    ]
    np.testing.assert_array_equal(in_order(index, shards), [[2, 1, 5, 2], [4, 3, 6, 4]])
    assert in_order([], []).shape == (2, 0)
