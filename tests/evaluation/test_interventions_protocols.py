"""The protocols on values worked out by hand, and the levels that chance reaches."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from cnnscope.evaluation._interventions import (
    THRESHOLDS,
    above_even,
    background_independence,
    best_threshold,
    deletion_check,
    distractibility,
    important_parts,
    irrelevant_parts,
    part_sums,
    preservation_check,
    single_deletion,
    target_sensitivity,
)

# Three parts of 1, 2 and 4 pixels.
MASKS = np.zeros((3, 3, 4), bool)
MASKS[0, 0, 0] = MASKS[1, 1, :2] = MASKS[2, 2, :] = True


def at(threshold: float) -> int:
    return int(np.abs(THRESHOLDS - threshold).argmin())


def scattered_parts(rng: np.random.Generator) -> np.ndarray:
    """Seven parts of unequal sizes, in pictures of 16 x 16."""
    owner = rng.choice(9, (16, 16), p=[0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.05, 0.04, 0.02])
    return owner == np.arange(7)[:, None, None]


def linear_drops(rng: np.random.Generator, masks: np.ndarray) -> np.ndarray:
    """What parts are worth to a linear network on a picture; larger parts are worth more."""
    return (masks * rng.uniform(0, 1, (16, 16))).sum((1, 2))


def test_a_part_has_the_sum_of_its_pixels():
    attribution = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert part_sums(attribution, MASKS).tolist() == [0, 4 + 5, 8 + 9 + 10 + 11]
    assert part_sums(above_even(attribution), MASKS).tolist() == [-5.5, 9 - 11, 38 - 22]


@pytest.mark.parametrize(
    ("drops", "sums", "score"),
    [
        ([3, 1, 2], [30, 10, 20], 1),
        ([3, 1, 2], [-3, -1, -2], 0),
        # Spearman: 1 - 6 (1 + 1 + 0) / (3 * 8) = 0.5.
        ([3, 1, 2], [20, 10, 30], 0.75),
        # A tie: ranks 1.5, 1.5, 3 against 2, 1, 3: sqrt(3) / 2.
        ([2, 1, 3], [5, 5, 9], 0.5 + 0.5 * np.sqrt(3) / 2),
        ([3, 1, 2], [4, 4, 4], np.nan),
        ([3, 3, 3], [1, 2, 3], np.nan),
        ([3], [1], np.nan),
        ([], [], np.nan),
    ],
)
def test_single_deletion_is_half_and_half_the_rank_correlation(drops, sums, score):
    found = single_deletion(np.array(drops, float), np.array(sums, float))
    assert found == pytest.approx(score, nan_ok=True)


def test_single_deletion_is_that_of_scipy():
    rng = np.random.default_rng(1)
    for _ in range(20):
        drops, sums = rng.integers(0, 4, 6).astype(float), rng.normal(size=6)
        expected = 0.5 + 0.5 * spearmanr(drops, sums).statistic
        assert single_deletion(drops, sums) == pytest.approx(expected)


def test_what_a_linear_network_makes_of_each_part_scores_one():
    rng = np.random.default_rng(2)
    weights, image = rng.normal(size=(2, 16, 16))
    masks = scattered_parts(rng)
    whole = (weights * image).sum()
    without = np.array([(weights * image * ~mask).sum() for mask in masks])
    exact = weights * image
    assert single_deletion(whole - without, part_sums(exact, masks)) == 1
    flipped = exact[:, ::-1]
    assert single_deletion(whole - without, part_sums(flipped, masks)) < 0.9


@pytest.mark.parametrize("kind", ["signed", "unsigned"])
def test_a_random_map_scores_a_half(kind):
    rng = np.random.default_rng(3)
    scores = []
    for _ in range(3000):
        masks = scattered_parts(rng)
        drops = linear_drops(rng, masks)
        if kind == "signed":
            noise = rng.normal(size=(16, 16))
        else:
            noise = above_even(rng.uniform(0, 1, (16, 16)).astype(np.float32))
        scores.append(single_deletion(drops, part_sums(noise, masks)))
    assert np.mean(scores) == pytest.approx(0.5, abs=0.02)


def test_unsigned_noise_by_its_plain_sums_would_rank_the_areas():
    rng = np.random.default_rng(3)
    scores = []
    for _ in range(200):
        masks, noise = scattered_parts(rng), rng.uniform(0, 1, (16, 16))
        scores.append(single_deletion(linear_drops(rng, masks), part_sums(noise, masks)))
    assert np.mean(scores) > 0.9


def test_an_even_map_says_nothing():
    for value in (0.1, 1 / 3, 7.0):
        even = np.full((3, 4), value, np.float32)
        sums = part_sums(above_even(even), MASKS)
        assert np.isnan(single_deletion(np.array([1.0, 2, 3]), sums))


def test_parts_are_important_above_the_threshold_of_the_whole_map():
    important = important_parts(np.array([0.5, 2.0, 5.0]), total=10.0)
    assert important[at(0.01)].tolist() == [True, True, True]
    assert important[at(0.1)].tolist() == [False, True, True]
    assert important[at(0.3)].tolist() == [False, False, True]
    assert not important[-1].any(), "more than the half is asked"
    assert (THRESHOLDS[0], THRESHOLDS[-1], len(THRESHOLDS)) == (0.01, 0.5, 80)


def test_preservation_wants_the_class_to_stay_and_deletion_to_go():
    left = np.array([3, 1, 3])
    assert preservation_check(3, left).tolist() == [1, 0, 1]
    assert deletion_check(3, left).tolist() == [0, 1, 0]


def test_a_part_is_irrelevant_below_a_twentieth_of_the_logit_or_against_the_class():
    without = np.array([9.6, 9.4, 10.4, 13.0, 2.0])
    assert irrelevant_parts(10.0, without).tolist() == [True, False, True, True, False]
    # Of a logit below 0 it is a twentieth of its size.
    assert irrelevant_parts(-10.0, np.array([-10.4, -10.6])).tolist() == [True, False]


def test_distractibility_is_the_share_of_irrelevant_parts_left_alone():
    important = np.array([[True, True, True, False], [False, False, True, False]])
    irrelevant = np.array([True, True, False, True])
    assert distractibility(important, irrelevant).tolist() == pytest.approx([1 / 3, 1])
    assert np.isnan(distractibility(important, np.zeros(4, bool))).all()


def test_background_independence_counts_the_background_alone():
    without = np.array([9.9, 5.0, 9.8, 1.0])
    background = np.array([True, True, False, False])
    assert background_independence(10.0, without, background) == 0.5
    assert background_independence(10.0, without, background[::-1]) == 0.5
    assert background_independence(10.0, without, np.array([1, 0, 1, 0], bool)) == 1
    assert np.isnan(background_independence(10.0, without, np.zeros(4, bool)))


@pytest.mark.parametrize(
    ("sums", "score"),
    [
        # Part 1 matters to the first class most, part 2 to the second.
        ([[0, 5, 1], [0, 2, 3]], 1),
        ([[0, 5, 3], [0, 2, 1]], 0.5),
        ([[9, 2, 3], [0, 5, 1]], 0),
        ([[0, 5, 1], [0, 5, 1]], 0),
    ],
)
def test_target_sensitivity_wants_each_map_where_its_class_is(sums, score):
    drops = np.array([[0.0, 4, 1], [0.1, 1, 2]])
    assert target_sensitivity(drops, np.array(sums, float)) == score


def test_target_sensitivity_says_nothing_where_all_parts_favour_one_class():
    sums = np.ones((2, 2))
    assert np.isnan(target_sensitivity(np.array([[4.0, 3], [1, 1]]), sums))
    assert np.isnan(target_sensitivity(np.array([[4.0, 4.5], [3, 5]]), sums))
    assert np.isnan(target_sensitivity(np.zeros((2, 0)), np.zeros((2, 0))))


def test_independent_noise_has_half_of_the_target_sensitivity():
    rng = np.random.default_rng(5)
    drops = np.array([[0.0, 4, 1], [0.1, 1, 2]])
    scores = [target_sensitivity(drops, rng.normal(size=(2, 3))) for _ in range(2000)]
    assert np.mean(scores) == pytest.approx(0.5, abs=0.02)


def test_the_best_threshold_has_the_most_completeness_and_distractibility():
    preservation = np.array([[1.0, 1, 0], [1, 1, 0]])
    deletion = np.array([[0.0, 1, 1], [0, 0, 1]])
    undistracted = np.array([[0.0, 0.5, 0.9], [np.nan, np.nan, np.nan]])
    # 0.5 + 0, 0.75 + 0.5, 0.5 + 0.9.
    assert best_threshold(preservation, deletion, undistracted) == 2
    assert best_threshold(preservation, deletion, undistracted * np.nan) == 1
