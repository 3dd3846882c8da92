"""What becomes of a method that has no right answer for a network."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnscope.attribution.explanation import Explanation, answer
from cnnscope.errors import RefusalError, UserError
from cnnscope.figures.shown import doubts

IMAGES = np.zeros((2, 4, 5, 3), np.uint8)


def method(explain):
    return SimpleNamespace(METHOD=SimpleNamespace(units="logits"), explain=explain)


def refusing(model, images, targets, *, log):
    raise RefusalError("guided: the network has no ReLU")


def test_a_refusal_is_a_map_of_nan_with_its_reason_and_a_line_of_the_log():
    lines = []
    found = answer(method(refusing), None, IMAGES, np.zeros(2, int), {}, lines.append)
    assert np.isnan(found.attribution).all() and found.attribution.shape == (2, 4, 5)
    assert found.attribution.dtype == np.float32
    assert found.facts == {"units": "logits", "refused": "guided: the network has no ReLU"}
    assert lines == ["guided: the network has no ReLU"]


def test_an_answer_is_passed_on_and_any_other_mistake_is_raised():
    def explain(model, images, targets, *, samples, log):
        if samples < 1:
            raise UserError("samples: too few")
        return Explanation(np.full((2, 4, 5), samples, np.float64), facts={"units": "1"})

    found = answer(method(explain), None, IMAGES, np.zeros(2, int), {"samples": 3}, print)
    assert (found.attribution == 3).all() and found.attribution.dtype == np.float32
    with pytest.raises(UserError, match="samples: too few"):
        answer(method(explain), None, IMAGES, np.zeros(2, int), {"samples": 0}, print)


def test_the_figure_of_the_method_alone_ends_with_the_reason():
    with pytest.raises(UserError, match="no ReLU"):
        doubts({"facts": {"units": "logits", "refused": "no ReLU"}, "details": {}})
    assert doubts({"facts": [{"refused": "no ReLU"}], "details": [{}]}) == []


def test_a_figure_says_where_the_network_seems_to_guess():
    guess, sure = np.zeros((3, 10)), np.eye(10)[:3] * 20
    for details in ({"logits": guess}, [{"logits": guess}, {"logits": sure}]):
        assert len(doubts({"details": details})) == 1
    assert doubts({"details": {"logits": sure}}) == doubts({}) == []
