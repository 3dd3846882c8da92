"""The bootstrap interval of a mean."""

import numpy as np

from cnnscope.evaluation.intervals import bootstrap_interval


def interval(values, seed=0):
    return bootstrap_interval(np.asarray(values, float), np.random.default_rng(seed))


def test_equal_values_have_an_interval_of_no_width():
    assert interval([0.25] * 7) == (0.25, 0.25)


def test_the_interval_of_two_values_reaches_from_one_to_the_other():
    """A quarter of the draws takes the same value twice."""
    assert interval([0, 1]) == (0, 1)


def test_it_holds_the_true_mean_in_about_95_of_100_samples_and_narrows_by_the_root_of_their_size():
    rng = np.random.default_rng(1)
    samples = rng.normal(3, 1, (300, 100))
    found = np.array([interval(sample) for sample in samples])
    assert 0.90 < ((found[:, 0] < 3) & (found[:, 1] > 3)).mean() < 0.98
    assert abs((found[:, 1] - found[:, 0]).mean() - 2 * 1.96 / 10) < 0.03
