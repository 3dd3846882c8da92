"""Pointing, mass, rank and area under ROC against values worked out by hand and scikit-learn."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from cnnscope.evaluation import mask_auc, pointing_game, relevance_mass, relevance_rank
from cnnscope.evaluation._localisation import inside_masks

METRICS = (mask_auc, pointing_game, relevance_mass, relevance_rank)
RNG = np.random.default_rng(0)
# Neither in the middle nor as high as wide; 15 of 16 x 12 pixels.
MASK = np.zeros((16, 12), bool)
MASK[2:7, 6:9] = True
SHARE = 15 / 192
# By hand: the object is the left column and the pixel in the middle of the top row.
SMALL = np.array([[True, True, False], [True, False, False]])
VALUES = np.array([[5, -2, 5], [1, 3, -9]], np.float32)


def scored(metric, attribution, masks=MASK, **options) -> np.ndarray:
    maps = np.asarray(attribution, np.float32)
    maps, masks = (one[None] if one.ndim == 2 else one for one in (maps, masks))
    options |= {"tolerance": 0} if metric is pointing_game and not options else {}
    nothing = np.zeros(len(maps))
    return metric.score(None, nothing, nothing, maps, masks=masks, **options, log=str)


def noise(count: int) -> np.ndarray:
    return RNG.random((count, *MASK.shape), np.float32)


@pytest.mark.parametrize("value", [3.5, 1e-30])
@pytest.mark.parametrize(
    ("metric", "expected"),
    [(pointing_game, SHARE), (relevance_mass, SHARE), (relevance_rank, SHARE), (mask_auc, 0.5)],
)
def test_a_uniform_map_has_the_share_of_the_mask(metric, expected, value):
    np.testing.assert_allclose(scored(metric, np.full(MASK.shape, value)), expected, atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_the_mask_itself_is_the_perfect_map_and_its_opposite_the_worst(metric):
    np.testing.assert_allclose(scored(metric, MASK * 0.3), 1, atol=1e-6)
    np.testing.assert_allclose(scored(metric, ~MASK * 0.3), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [(pointing_game, SHARE), (relevance_mass, SHARE), (relevance_rank, SHARE), (mask_auc, 0.5)],
)
def test_a_random_map_has_the_same_in_the_mean(metric, expected):
    count = 2000
    found = scored(metric, noise(count), np.repeat(MASK[None], count, 0))
    assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(count)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        # Two pixels have the largest value, and one of them is on the object.
        (pointing_game, 1 / 2),
        # 5 + 1 of 5 + 5 + 3 + 1.
        (relevance_mass, 6 / 14),
        # The three largest are 5, 5 and 3.
        (relevance_rank, 1 / 3),
        # 5 beats 3 and -9 and ties with 5; -2 and 1 beat -9 alone.
        (mask_auc, (2.5 + 1 + 1) / 9),
    ],
)
def test_values_worked_out_by_hand(metric, expected):
    np.testing.assert_allclose(scored(metric, VALUES, SMALL), expected, atol=1e-6)


def test_of_equal_values_around_the_last_rank_each_counts_in_part():
    """Of three values 2, one of them on the object, two belong to the three largest."""
    values = np.array([[7, 2, 2], [0, 2, 1]], np.float32)
    assert scored(relevance_rank, values, SMALL) == pytest.approx((1 + 2 / 3) / 3, abs=1e-6)


def test_the_area_is_that_of_scikit_learn_also_where_values_are_equal():
    for maps in (noise(5) - 0.5, np.round(noise(5) * 6), np.round(noise(5) * 2) - 1):
        found = scored(mask_auc, maps, np.repeat(MASK[None], 5, 0))
        expected = [roc_auc_score(MASK.ravel(), one.ravel()) for one in maps]
        np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("tolerance", "hits"), [(0, [1, 0, 0, 0]), (1, [1, 1, 0, 0]), (2, [1, 1, 1, 0])]
)
def test_a_hit_may_be_so_many_pixels_off_measured_on_a_straight_line(tolerance, hits):
    """Points in the corner of the object; 1, sqrt 2 and sqrt 5 away from it."""
    maps = np.zeros((4, *MASK.shape), np.float32)
    for number, place in enumerate([(6, 8), (7, 8), (7, 9), (8, 10)]):
        maps[(number, *place)] = 1
    masks = np.repeat(MASK[None], 4, 0)
    assert scored(pointing_game, maps, masks, tolerance=tolerance).tolist() == hits


def test_a_uniform_map_with_tolerance_has_the_share_of_the_grown_mask():
    found = scored(pointing_game, np.ones(MASK.shape), tolerance=1)
    assert found == pytest.approx((15 + 2 * (5 + 3)) / 192, abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_an_image_without_an_object_has_no_score_and_the_log_says_how_many(metric):
    maps, masks = noise(3), np.stack([MASK, np.zeros_like(MASK), MASK])
    said: list[str] = []
    options = {"tolerance": 0} if metric is pointing_game else {}
    found = metric.score(None, maps, maps, maps, masks=masks, **options, log=said.append)
    assert np.isnan(found).tolist() == [False, True, False]
    assert found.dtype == np.float32
    assert said == ["1 of 3 images have no score: no pixel of theirs is in a mask"]


def test_what_is_not_defined_for_a_map_has_no_score():
    assert np.isnan(scored(relevance_mass, -noise(1)[0])).all()
    assert np.isnan(scored(relevance_mass, np.zeros(MASK.shape))).all()
    everywhere = np.ones_like(MASK)
    assert np.isnan(scored(mask_auc, noise(1)[0], everywhere)).all()
    for metric in (pointing_game, relevance_mass, relevance_rank):
        np.testing.assert_allclose(scored(metric, noise(1)[0], everywhere), 1, atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_the_score_of_an_image_does_not_depend_on_the_others(metric):
    maps = np.round(noise(4) * 5)
    masks = np.stack([MASK, ~MASK, np.zeros_like(MASK), np.roll(MASK, 3, 1)])
    whole = scored(metric, maps, masks)
    for rows in ([3], [1, 0]):
        assert scored(metric, maps[rows], masks[rows]).tobytes() == whole[rows].tobytes()


@pytest.mark.parametrize("metric", [mask_auc, pointing_game, relevance_rank])
def test_only_the_order_of_values_counts_but_for_the_mass(metric):
    maps = noise(1)[0] - 0.5
    np.testing.assert_array_equal(scored(metric, maps), scored(metric, 8 * maps + 2))
    assert scored(relevance_mass, maps) != scored(relevance_mass, 8 * maps + 2)


def first_hit(values: np.ndarray, mask: np.ndarray) -> float:
    return float(mask.ravel()[values.argmax()])


def mass_of_sizes(values: np.ndarray, mask: np.ndarray) -> float:
    return float(np.abs(values)[mask].sum() / np.abs(values).sum())


def mass_of_all(values: np.ndarray, mask: np.ndarray) -> float:
    return float(values[mask].sum() / values.sum())


def first_of_rank(values: np.ndarray, mask: np.ndarray) -> float:
    largest = np.argsort(-values.ravel(), kind="stable")[: mask.sum()]
    return float(mask.ravel()[largest].mean())


def area_without_ties(values: np.ndarray, mask: np.ndarray) -> float:
    return float((values[mask][:, None] > values[~mask]).mean())


@pytest.mark.parametrize(
    ("metric", "wrong"),
    [
        (pointing_game, first_hit),
        (relevance_mass, mass_of_sizes),
        (relevance_mass, mass_of_all),
        (relevance_rank, first_of_rank),
        (mask_auc, area_without_ties),
    ],
)
def test_ties_taken_as_hits_and_negative_relevance_give_other_scores(metric, wrong):
    """Each of these is a mistake that the values worked out by hand would show."""
    values = VALUES if metric is not relevance_rank else np.array([[7, 2, 2], [0, 2, 1]])
    other = inside_masks(wrong, values[None], SMALL[None], str)
    assert abs(other - scored(metric, values, SMALL)) > 1e-3


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (-1, 0), (0, -1)])
def test_a_mask_that_is_shifted_by_a_pixel_gives_another_score(metric, shift):
    gradient = MASK * (1.0 + np.arange(16)[:, None] * 0.01)
    gradient[MASK & (np.roll(MASK, shift, (0, 1)) == 0)] += 9
    shifted = np.roll(MASK, shift, (0, 1))
    assert scored(metric, gradient) == pytest.approx(1)
    assert scored(metric, gradient, shifted) < 0.99


def test_metrics_that_ask_no_network_are_imported_without_pytorch():
    names = ", ".join(metric.__name__ for metric in METRICS)
    code = f"import sys, {names}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
