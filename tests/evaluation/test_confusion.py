import numpy as np

from cnnscope.evaluation.confusion import confusion_counts, mix_ups, row_rates


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
