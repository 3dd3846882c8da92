import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from cnnscope.errors import UserError
from cnnscope.evaluation.class_scores import ClassScore, class_scores

NAMES = ["angry", "disgust", "happy"]


def test_scores_worked_out_by_hand():
    counts = np.array([[6, 0, 2], [3, 1, 0], [1, 0, 7]])
    angry, disgust, _, mean = class_scores(counts, np.array([80, 10, 60]), NAMES)
    assert angry == ClassScore("angry", 80, 8, 10, 0.6, 0.75, pytest.approx(2 / 3))
    assert disgust == ClassScore("disgust", 10, 4, 1, 1.0, 0.25, pytest.approx(0.4))
    assert (mean.class_name, mean.training, mean.support) == ("mean", 50, pytest.approx(20 / 3))
    assert mean.recall == pytest.approx((0.75 + 0.25 + 0.875) / 3)


def test_scores_are_those_of_the_single_images():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 3, (2, 100))
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (labels, predicted), 1)
    lines = class_scores(counts, np.zeros(3), NAMES)[:-1]
    for column, score in (
        ("precision", precision_score), ("recall", recall_score), ("f1", f1_score),
    ):  # fmt: skip
        found = [getattr(line, column) for line in lines]
        assert found == pytest.approx(score(labels, predicted, average=None))


def test_a_share_of_nothing_is_no_number_and_does_not_pull_the_mean(recwarn):
    never_taken, never_there = np.array([[4, 0], [2, 0]]), np.array([[4, 2], [0, 0]])
    first, second, mean = class_scores(never_taken, np.zeros(2), NAMES[:2])
    assert np.isnan(second.precision) and (second.recall, second.f1) == (0, 0)
    assert mean.precision == first.precision == pytest.approx(2 / 3)
    assert np.isnan(class_scores(never_there, np.zeros(2), NAMES[:2])[1].recall)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_split_without_labels_is_named():
    with pytest.raises(UserError, match="no image there has a label"):
        class_scores(np.zeros((3, 3), int), np.zeros(3), NAMES)
