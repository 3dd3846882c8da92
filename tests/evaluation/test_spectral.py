"""Two clusters of points: by hand, against scikit-learn, and how often chance makes them."""

from itertools import product

import numpy as np
import pytest
from sklearn.cluster import SpectralClustering

from cnnscope.evaluation._spectral import chance_of, two_clusters


def groups(rng: np.random.Generator, apart: float, sizes=(9, 4), wide: int = 3) -> np.ndarray:
    points = rng.standard_normal((sum(sizes), wide))
    points[: sizes[0], 1] += apart
    return points


def cut_by_hand(points: np.ndarray, members: np.ndarray) -> float:
    """The normalised cut between members and the others, term by term."""
    count = len(points)
    squares = [[((a - b) ** 2).sum() for b in points] for a in points]
    scale = np.median([squares[i][j] for i in range(count) for j in range(i)])
    alike = [
        [np.exp(-squares[i][j] / scale) * (i != j) for j in range(count)] for i in range(count)
    ]
    between = sum(
        alike[i][j] for i in range(count) for j in range(count) if members[i] > members[j]
    )
    inside = sum(alike[i][j] for i in range(count) for j in range(count) if members[i])
    outside = sum(alike[i][j] for i in range(count) for j in range(count) if not members[i])
    return between / inside + between / outside


def test_the_cut_is_the_normalised_one_of_its_members():
    for seed in range(4):
        points = groups(np.random.default_rng(seed), 3)
        members, cut = two_clusters(points)
        assert cut == pytest.approx(cut_by_hand(points, members), rel=1e-9)


def test_no_other_cut_is_much_better():
    for seed in range(4):
        rng = np.random.default_rng(seed)
        points = rng.permutation(groups(rng, 2.5, sizes=(6, 4), wide=2))
        every = product((False, True), repeat=10)
        cuts = [cut_by_hand(points, one) for one in every if 2 <= sum(one) <= 5]
        assert min(cuts) * (1 - 1e-9) <= two_clusters(points)[1] < 1.1 * min(cuts)


def test_groups_far_apart_are_told_apart_and_hardly_alike():
    members, cut = two_clusters(groups(np.random.default_rng(1), 40))
    assert set(np.flatnonzero(members)) in ({*range(9)}, {*range(9, 13)})
    assert cut < 1e-3


def test_a_small_group_is_found_however_the_points_are_ordered():
    rng = np.random.default_rng(2)
    points = groups(rng, 9, sizes=(36, 4), wide=6)
    order = rng.permutation(40)
    members, cut = two_clusters(points[order])
    assert set(order[members]) in ({*range(36)}, {*range(36, 40)})
    assert cut == pytest.approx(two_clusters(points)[1])


def test_a_single_point_far_away_makes_no_group_of_its_own():
    points = np.random.default_rng(3).standard_normal((12, 2))
    points[5] += 30
    members, _ = two_clusters(points)
    assert 2 <= members.sum() <= 10


def test_equal_points_have_no_groups_and_raise_nothing():
    members, cut = two_clusters(np.ones((6, 3)))
    assert 2 <= members.sum() <= 4 and np.isfinite(cut)


def test_scikit_learn_finds_the_same_groups():
    for seed in range(3):
        points = groups(np.random.default_rng(seed), 6, sizes=(20, 7))
        squares = ((points[:, None] - points[None]) ** 2).sum(2)
        scale = np.median(squares[np.triu_indices(len(points), 1)])
        clustering = SpectralClustering(2, affinity="precomputed", random_state=0)
        theirs = clustering.fit_predict(np.exp(-squares / scale)).astype(bool)
        ours, _ = two_clusters(points)
        assert np.array_equal(ours, theirs) or np.array_equal(ours, ~theirs)


def test_chance_does_not_make_groups_far_apart():
    points = groups(np.random.default_rng(4), 12, sizes=(27, 3))
    assert chance_of(points, two_clusters(points)[1], np.random.default_rng(0), 99) == 0.01


def test_of_points_of_one_group_chance_separates_as_many_as_its_level_says():
    """Correlated points, because relevance in cells side by side is alike."""
    mix = np.random.default_rng(5).standard_normal((4, 4))
    chances = []
    for seed in range(150):
        rng = np.random.default_rng(100 + seed)
        points = rng.standard_normal((24, 4)) @ mix + 7
        chances.append(chance_of(points, two_clusters(points)[1], rng, 39))
    chances = np.array(chances)
    # 0.05 of 150 with three standard deviations of a binomial number above, 0.5 with as many.
    assert (chances <= 0.05).mean() < 0.05 + 3 * (0.05 * 0.95 / 150) ** 0.5
    assert abs((chances <= 0.5).mean() - 0.5) < 3 * (0.25 / 150) ** 0.5


def test_the_number_of_draws_at_once_changes_nothing():
    points = np.random.default_rng(6).standard_normal((12, 3))
    cut = two_clusters(points)[1]
    told = {chance_of(points, cut, np.random.default_rng(1), 40, at_once=n) for n in (1, 7, 32)}
    assert len(told) == 1


def test_draws_end_where_ten_of_them_separate_as_well():
    points = np.random.default_rng(7).standard_normal((12, 3))
    chance = chance_of(points, 2.0, np.random.default_rng(1), 10**9)
    assert chance == 1.0
