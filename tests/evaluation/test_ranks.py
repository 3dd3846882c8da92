"""Ranks, held against SciPy's."""

import numpy as np
import pytest
from scipy.stats import rankdata

from cnnscope.evaluation.ranks import mean_ranks


def test_equal_values_share_the_mean_of_their_places():
    np.testing.assert_array_equal(mean_ranks(np.array([30.0, 10, 20, 10])), [4, 1.5, 3, 1.5])


@pytest.mark.parametrize("shape", [(0,), (1,), (7, 5)])
def test_they_are_scipys(shape):
    values = np.random.default_rng(0).integers(-4, 5, shape).astype(np.float64)
    np.testing.assert_array_equal(mean_ranks(values), rankdata(values).reshape(shape))
