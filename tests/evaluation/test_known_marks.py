"""What a known mark does: its relevance and the accuracy with it, worked out by hand."""

import numpy as np
import pytest

from cnnscope.evaluation.known_marks import accuracy_rows, relevance_on


def test_relevance_on_a_mark_is_its_share_whatever_the_sign():
    maps = np.array([[[1, -2, 0], [5, 0, -2]]] * 3, np.float32)
    marks = np.zeros((3, 2, 3), bool)
    marks[0, 0, 1] = marks[0, 1, 2] = True
    marks[1] = True
    np.testing.assert_allclose(relevance_on(maps, marks), [0.4, 1, np.nan])


def test_an_even_map_has_the_share_of_the_pixels_and_one_of_zeros_none():
    marks = np.zeros((2, 4, 5), bool)
    marks[:, 1, 1:4] = True
    maps = np.stack([np.full((4, 5), -7.0), np.zeros((4, 5))])
    np.testing.assert_allclose(relevance_on(maps, marks), [3 / 20, np.nan])


def test_accuracies_are_counted_with_the_mark_and_without_it():
    labels = np.array([0, 0, 0, 1, 1, 1, 1])
    marked = np.array([1, 0, 0, 1, 1, 1, 0], bool)
    predicted = np.array([0, 0, 1, 0, 0, 1, 1])
    cat, dog, owl = accuracy_rows(labels, predicted, marked, ["cat", "dog", "owl"])
    assert cat == {
        "class": "cat",
        "images_with": 1, "accuracy_with": 1.0, "taken_with": pytest.approx(2 / 3),
        "images_without": 2, "accuracy_without": 0.5, "taken_without": 0.0,
    }  # fmt: skip
    assert dog["accuracy_with"] == pytest.approx(1 / 3) and dog["accuracy_without"] == 1.0
    assert dog["taken_with"] == 0.0 and dog["taken_without"] == 0.5
    assert owl["images_with"] == 0 and np.isnan(owl["accuracy_with"]) and owl["taken_with"] == 0.0
