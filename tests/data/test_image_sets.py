import numpy as np
import pytest

from cnnscope.checks import check_image_set, check_set_names, resolve_target
from cnnscope.data.image_sets import balanced_draw, by_class, by_confusion, why_empty
from cnnscope.errors import UserError

LABELS = np.array([0, 0, 1, 1, 2, -1])
PREDICTED = np.array([1, 0, 1, 2, 0, 2])


def test_the_first_of_each_class_and_no_unlabelled_image():
    assert by_class(LABELS, 1, "any") == [0, 2, 4]
    assert by_class(LABELS, 2, "any") == [0, 1, 2, 3, 4]


def test_only_right_or_only_wrong_ones():
    assert by_class(LABELS, 1, "correct", PREDICTED) == [1, 2]
    assert by_class(LABELS, 2, "wrong", PREDICTED) == [0, 3, 4]


def test_an_example_of_each_frequent_mix_up_the_surest_of_its_kind():
    labels = np.array([0, 0, 0, 1, 1, 2])
    logits = np.array(
        [[0, 1, 0], [0, 5, 0], [9, 0, 0], [0, 0, 2], [0, 1, 0], [3, 0, 0]], np.float32
    )
    # 0 taken for 1 twice (images 0 and 1, the second is surer), 1 for 2 once, 2 for 0 once.
    assert by_confusion(labels, logits, 2) == [1, 3]
    assert by_confusion(labels, logits, 9) == [1, 3, 5]
    assert by_confusion(labels, np.eye(3)[labels], 4) == []


def test_why_a_set_is_empty():
    wrong = {"split": "testing", "which": "wrong"}
    assert why_empty(wrong, LABELS) == "no image of testing is predicted wrong"
    assert (
        why_empty(wrong | {"which": "correct"}, LABELS) == "no image of testing is predicted right"
    )
    assert why_empty(wrong, np.array([-1, -1])) == "no image of testing has a label"
    mixed = {"split": "testing", "which": "any", "confusions": 3}
    assert why_empty(mixed, LABELS) == "no image of testing is taken for another class"


def test_a_background_is_balanced_seeded_and_without_repeats():
    labels = np.repeat([0, 1, 2], [50, 10, 3])
    drawn = balanced_draw(labels, 12, np.random.default_rng(0))
    assert np.bincount(labels[drawn]).tolist() in ([5, 4, 3], [4, 5, 3])
    assert len(set(drawn)) == 12
    assert drawn.tolist() == balanced_draw(labels, 12, np.random.default_rng(0)).tolist()
    assert drawn.tolist() != balanced_draw(labels, 12, np.random.default_rng(1)).tolist()
    with pytest.raises(UserError, match="there are 63"):
        balanced_draw(labels, 64, np.random.default_rng(0))


def test_a_position_outside_of_the_split_names_the_range():
    with pytest.raises(UserError, match=r"image_sets.g.positions: 7 .* positions 0 to 6"):
        check_image_set("g", {"split": "training", "positions": [0, 7]}, 7)
    check_image_set("g", {"split": "training", "positions": [0, 6]}, 7)


def test_a_set_is_chosen_in_one_way():
    with pytest.raises(UserError, match="given: positions and per_class"):
        check_image_set("g", {"split": "training", "positions": [0], "per_class": 1}, 7)
    with pytest.raises(UserError, match="given: none"):
        check_image_set("g", {"split": "training"}, 7)


def test_an_unknown_set_or_target_is_named_with_what_there_is():
    with pytest.raises(UserError, match=r"lime.images: .*'galery'; image_sets has gallery"):
        check_set_names("lime", ["galery"], {"gallery": {}})
    assert resolve_target("lime", "soup", ["bread", "soup"]) == 1
    assert resolve_target("lime", 0, ["bread", "soup"]) == 0
    assert resolve_target("lime", "true", ["bread", "soup"]) == "true"
    with pytest.raises(UserError, match="classes: 0 bread, 1 soup"):
        resolve_target("lime", 2, ["bread", "soup"])
