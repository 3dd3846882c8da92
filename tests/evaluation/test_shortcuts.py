"""Shortcuts in made maps: planted ones are named with class and place, and nothing else is."""

import numpy as np
import pytest

from cnnscope.evaluation.shortcuts import CELLS, is_named, pooled_shares, separations

CLASSES, EACH, PLANTED = 4, 40, 2
PLACE = (6, 1)
MOST, LEVEL = 0.5, 0.05


def made(seed: int, inside: int = 0, strength: float = 12.0) -> tuple[np.ndarray, np.ndarray]:
    """Maps of objects that lie anywhere in the middle, 24 x 24, the last of a class without a mark.

    Args:
        inside: so many maps of the class have relevance at the place.
    """
    rng = np.random.default_rng(seed)
    at = np.arange(24)
    labels = np.repeat(np.arange(CLASSES), EACH)
    maps = np.exp(rng.normal(-2, 0.5, (len(labels), 24, 24)))
    for image in maps:
        row, column = rng.uniform(7, 17, 2)
        far = (at[:, None] - row) ** 2 + (at[None, :] - column) ** 2
        image += rng.uniform(1, 3) * np.exp(-far / 18)
    rows = np.flatnonzero(labels == PLANTED)[:inside]
    top, left = 3 * PLACE[0], 3 * PLACE[1]
    maps[rows, top : top + 3, left : left + 3] *= strength * rng.uniform(0.7, 1.4, (inside, 1, 1))
    return maps, labels


def found(maps: np.ndarray, labels: np.ndarray, seed: int = 0):
    return separations(pooled_shares(maps), labels, level=LEVEL, tests=CLASSES, seed=seed)


def cells_of(one) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(one.place)]


def named(maps: np.ndarray, labels: np.ndarray) -> list[tuple]:
    each = found(maps, labels)
    return [(one.label, *cells_of(one)) for one in each if is_named(one, MOST, LEVEL, CLASSES)]


def test_a_planted_shortcut_is_named_with_class_place_and_images():
    for seed in range(3):
        maps, labels = made(seed, inside=36)
        assert named(maps, labels) == [(PLANTED, PLACE)]
        one = found(maps, labels)[PLANTED]
        assert (one.inside == (np.arange(EACH) < 36)).mean() >= 0.95
        assert one.outstanding >= 0.7 and one.chance <= 0.005


def test_without_one_nothing_is_named():
    assert [named(*made(seed)) for seed in range(3, 9)] == [[]] * 6


def test_relevance_against_the_class_counts_as_well():
    maps, labels = made(1, inside=36)
    assert named(-maps, labels) == [(PLANTED, PLACE)]


def test_what_few_images_of_a_class_have_is_not_named_but_separated():
    maps, labels = made(2, inside=12)
    one = found(maps, labels)[PLANTED]
    assert named(maps, labels) == [] and one.chance < 0.01
    assert 0.1 < one.outstanding < MOST
    assert is_named(one, 0.1, LEVEL, CLASSES)


def test_what_all_images_of_a_class_have_in_some_degree_is_part_of_it():
    maps, labels = made(3)
    rng = np.random.default_rng(0)
    top, left = 3 * PLACE[0], 3 * PLACE[1]
    degrees = np.exp(rng.normal(1.7, 0.6, (EACH, 1, 1)))
    maps[labels == PLANTED, top : top + 3, left : left + 3] *= degrees
    one = found(maps, labels)[PLANTED]
    assert cells_of(one) == [PLACE] and one.outstanding > MOST
    assert one.chance > LEVEL and named(maps, labels) == []


def test_the_order_of_the_images_changes_nothing():
    maps, labels = made(4, inside=36)
    order = np.random.default_rng(1).permutation(len(labels))
    before, after = found(maps, labels), found(maps[order], labels[order])
    for one, other in zip(before, after, strict=True):
        assert (one.label, one.outstanding) == (other.label, other.outstanding)
        assert cells_of(one) == cells_of(other)
        assert one.cut == pytest.approx(other.cut)
        rows = np.flatnonzero(labels == one.label)
        again = order[np.flatnonzero(labels[order] == one.label)]
        assert set(rows[one.inside]) == set(again[other.inside])


def test_images_without_a_class_are_left_out():
    maps, labels = made(5, inside=36)
    labels[:3] = -1
    assert [one.label for one in found(maps, labels)] == [0, 1, 2, 3]
    assert len(found(maps, labels)[0].inside) == EACH - 3
    assert named(maps, labels) == [(PLANTED, PLACE)]


def test_of_too_few_images_nothing_is_told():
    maps, labels = made(6, inside=36)
    kept = (labels != 0) | (np.arange(len(labels)) < 9)
    one = found(maps[kept], labels[kept])[0]
    assert np.isnan(one.chance) and np.isnan(one.outstanding) and not one.inside.any()
    assert not is_named(one, MOST, LEVEL, CLASSES)
    [alone] = found(maps[labels == 1], labels[labels == 1])
    assert np.isnan(alone.chance)


def test_shares_are_those_of_the_cells_whatever_their_sign():
    maps = np.zeros((2, CELLS, 2 * CELLS))
    maps[0, 3, 10:12] = 3, -1
    maps[0, 7, 0] = -6
    shares = pooled_shares(maps)
    assert shares[0, 3, 5] == 0.25 and shares[0, 7, 0] == 0.75 and shares[0].sum() == 1
    assert not shares[1].any()


def test_cells_of_a_side_that_does_not_divide_have_all_pixels_once():
    shares = pooled_shares(np.ones((1, 11, 8)))
    rows = np.diff([0, 1, 2, 4, 5, 6, 8, 9, 11])
    np.testing.assert_allclose(shares[0], np.repeat(rows[:, None], 8, 1) / 88)


def test_the_level_is_divided_by_the_number_of_tests():
    maps, labels = made(7, inside=36)
    one = found(maps, labels)[PLANTED]
    assert is_named(one, MOST, LEVEL, int(LEVEL / one.chance))
    assert not is_named(one, MOST, LEVEL, int(LEVEL / one.chance) + 1)
    many = separations(pooled_shares(maps), labels, level=LEVEL, tests=200, seed=0)[PLANTED]
    assert is_named(many, MOST, LEVEL, 200), "as many draws are made as it takes"


def test_a_mark_across_cells_has_all_of_them_as_its_place_and_none_that_lie_apart():
    maps, labels = made(8, inside=36)
    rows = np.flatnonzero(labels == PLANTED)[:36]
    maps[rows, 21:24, 3:9] *= 6
    maps[rows, 0:3, 21:24] *= 6
    one = found(maps, labels)[PLANTED]
    assert cells_of(one) in ([PLACE, (7, 1), (7, 2)], [(0, 7)])
