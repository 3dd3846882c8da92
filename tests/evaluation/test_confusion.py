import numpy as np
import pytest

from cnnscope.evaluation.confusion import (
    confusion_counts,
    mix_ups,
    most_confused,
    row_rates,
    with_others,
)

# Mix-ups that the classes take part in, as the true and as the predicted one: class 0 in 1 + 4, 1
# in 0 + 0, 2 in 4 + 2, 3 in 2 + 1, 4 in 0 + 0, 5 in 0 + 0. Their images: 3, 9, 5, 2, 0, 7.
MIXED = np.array(
    [
        [2, 0, 0, 1, 0, 0],
        [0, 9, 0, 0, 0, 0],
        [4, 0, 1, 0, 0, 0],
        [0, 0, 2, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 7],
    ]
)


def test_counts_true_by_predicted_and_leaves_out_the_unlabelled():
    counts = confusion_counts(np.array([0, 0, 1, -1]), np.array([0, 2, 1, 1]), 3)
    assert counts.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_rates_are_shares_of_the_true_class_and_0_where_it_has_no_image():
    rates = row_rates(np.array([[1, 0, 3], [0, 2, 0], [0, 0, 0]]))
    assert rates.tolist() == [[0.25, 0, 0.75], [0, 1, 0], [0, 0, 0]]


def test_mix_ups_are_most_frequent_first():
    labels = np.array([0, 0, 0, 1, 2, 2, -1])
    predicted = np.array([1, 1, 0, 1, 0, 1, 0])
    assert mix_ups(labels, predicted) == [(0, 1, 2), (2, 0, 1), (2, 1, 1)]
    assert mix_ups(labels, labels) == []


@pytest.mark.parametrize(
    ("most", "classes"),
    [
        (1, [2]),
        (2, [0, 2]),
        (3, [0, 2, 3]),
        (4, [0, 1, 2, 3]),
        (5, [0, 1, 2, 3, 5]),
        (6, [0, 1, 2, 3, 4, 5]),
        (99, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_the_most_confused_come_first_and_then_the_largest(most, classes):
    assert most_confused(MIXED, most).tolist() == classes


def test_a_class_counts_as_confused_where_others_are_taken_for_it():
    # None of class 3 is there, and it is in all mix-ups; class 0 has the most images.
    counts = np.array([[9, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 2], [0, 0, 0, 0]])
    assert most_confused(counts, 1).tolist() == [3]
    assert most_confused(counts, 2).tolist() == [2, 3]


def test_of_classes_that_are_confused_alike_the_smaller_numbers_are_taken():
    # Each of 0 to 3 is in 2 mix-ups, whatever images it has.
    counts = np.array([[1, 2, 0, 0], [0, 5, 0, 0], [0, 0, 0, 2], [0, 0, 0, 8]])
    assert most_confused(counts, 3).tolist() == [0, 1, 2]


def test_of_classes_of_which_nothing_is_known_one_is_taken():
    empty = np.zeros((5, 5), int)
    assert most_confused(empty, 3).tolist() == [0]
    empty[4, 4] = 1
    assert most_confused(empty, 3).tolist() == [4]


def test_what_was_taken_for_other_classes_stands_in_the_last_column():
    rows = with_others(MIXED, np.array([0, 3]))
    assert rows.tolist() == [[2, 1, 0], [0, 0, 2]]
    assert with_others(MIXED, np.array([2])).tolist() == [[1, 4]]


def test_the_rates_of_some_classes_are_those_of_the_whole_matrix_and_add_up_to_1():
    counts = np.random.default_rng(3).integers(0, 5, (9, 9))
    shown = most_confused(counts, 4)
    rates = row_rates(with_others(counts, shown))
    np.testing.assert_array_equal(rates[:, :-1], row_rates(counts)[np.ix_(shown, shown)])
    np.testing.assert_allclose(rates.sum(1), 1)
