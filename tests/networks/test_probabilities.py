"""Logits as probabilities, and when they are not to be trusted."""

import numpy as np
import pytest

from cnnscope.networks.probabilities import doubt, probabilities


def test_probabilities_are_the_softmax_of_logits_however_large():
    found = probabilities(np.array([[1000.0, 1000 + np.log(3)], [0, 0]], np.float32))
    np.testing.assert_allclose(found, [[0.25, 0.75], [0.5, 0.5]], rtol=1e-4)


def test_a_network_that_guesses_is_doubted_with_its_numbers():
    (line,) = doubt(np.zeros((3, 1000)))
    assert line.startswith("warning: ")
    assert "likeliest class has 0.001 in the mean, one of 1000 by chance 0.001" in line


@pytest.mark.parametrize(("share", "doubted"), [(0.68, True), (0.69, False), (0.99, False)])
def test_the_bound_is_nine_tenths_of_the_entropy_of_a_guess(share, doubted):
    # Of two classes the entropy of 0.684 and 0.316 is 0.9 bits.
    logits = np.log(np.array([[share, 1 - share]]))
    assert bool(doubt(logits)) == doubted


def test_the_mean_counts_and_one_image_that_nobody_knows_is_no_reason_to_doubt():
    logits = np.zeros((4, 10))
    logits[:3, 2] = 20
    assert doubt(logits) == [] and len(doubt(logits[3:])) == 1
