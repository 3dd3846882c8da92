"""Entropy and Gini index of maps, by values worked out by hand."""

import numpy as np
import pytest

from cnnscope.evaluation import complexity, sparseness

PLACES = [(0, 0), (2, 3), (4, 1)]


def entropy(maps) -> np.ndarray:
    return complexity.score(None, None, None, np.asarray(maps, np.float32), log=str)


def gini(maps, power=1) -> np.ndarray:
    return sparseness.score(None, None, None, np.asarray(maps, np.float32), power=power, log=str)


def spike(place: tuple[int, int], value: float = -7) -> np.ndarray:
    found = np.zeros((5, 4))
    found[place] = value
    return found


@pytest.mark.parametrize("place", PLACES)
def test_one_pixel(place):
    assert entropy([spike(place)])[0] == 0
    assert gini([spike(place)])[0] == pytest.approx(1 - 1 / 20)


def test_all_pixels_alike_but_for_their_signs():
    signs = np.where(np.arange(20).reshape(1, 5, 4) % 3, 0.5, -0.5)
    assert entropy(signs)[0] == pytest.approx(np.log(20), rel=1e-6)
    assert gini(signs)[0] == pytest.approx(0, abs=1e-6)


def test_a_few_values():
    """Shares 1/2, 1/4, 1/4: an entropy of 1.5 ln 2. Sorted 0, 1, 1, 2: Gini 2 (3 + 8 + 2) / 16."""
    few = [[[2.0, -1.0], [0.0, 1.0]]]
    assert entropy(few)[0] == pytest.approx(1.5 * np.log(2))
    assert gini(few)[0] == pytest.approx(2 * (2 * 1 + 3 * 1 + 4 * 2) / (4 * 4) - 5 / 4)
    squared = 2 * (2 * 1 + 3 * 1 + 4 * 4) / (4 * 6) - 5 / 4
    assert gini(few, power=2)[0] == pytest.approx(squared)


def test_noise_is_a_third_and_no_scale_or_order_counts():
    noise = np.random.default_rng(0).uniform(size=(50, 40, 40))
    assert gini(noise).mean() == pytest.approx(1 / 3, abs=0.003)
    turned = -5 * noise[:, ::-1, ::-1]
    np.testing.assert_allclose(gini(turned), gini(noise), rtol=1e-5)
    np.testing.assert_allclose(entropy(turned), entropy(noise), rtol=1e-5)


def test_a_map_of_zeros_has_no_score_and_the_others_keep_theirs():
    maps = [spike((1, 1)), np.zeros((5, 4)), np.ones((5, 4))]
    for score in (entropy, gini):
        found = score(maps)
        assert np.isnan(found[1]) and found.dtype == np.float32
        assert found[[0, 2]].tolist() == [*score(maps[:1]), *score(maps[2:])]
