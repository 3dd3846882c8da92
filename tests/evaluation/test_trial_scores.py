"""The protocols on a network whose parts add up, so that every answer is known."""

import numpy as np
import pytest

from cnnscope.evaluation._interventions import THRESHOLDS
from cnnscope.evaluation._trial_scores import Maps, network_scores, singly, trial_scores
from cnnscope.evaluation._trial_tables import mean_rows, picture_rows

# Three parts of unequal sizes in a picture of 2 x 4, whose last pixel is of none.
MASKS = np.zeros((3, 2, 4), bool)
MASKS[0, 0, :1] = MASKS[1, 0, 1:] = MASKS[2, 1, :3] = True
# What each part adds to three classes. The first part decides for class 0, the second for class 1.
WORTH = np.array([[6.0, 0.1, 0.0], [0.1, 2.0, 0.0], [0.0, 0.0, 0.5]])


class Additive:
    """A picture whose logits are those of the parts that are there, and 1 of class 2."""

    def __init__(self, worth=WORTH, tells=(True, True, False)):
        self.masks, self.tells, self._worth = MASKS, np.array(tells), worth

    def logits(self, removed):
        kept = [[part not in one for part in range(3)] for one in removed]
        return (np.array(kept, float) @ self._worth + [0, 0, 1]).astype(np.float32)


def spread(worth: np.ndarray) -> np.ndarray:
    """A map that holds in each part what it adds to a class, evenly."""
    return (MASKS * (worth / MASKS.sum((1, 2)))[:, None, None]).sum(0).astype(np.float32)


def maps(first, second=None, signed: bool = True) -> Maps:
    return Maps(np.stack([first]), np.stack([first if second is None else second]), signed)


def test_each_part_is_left_out_alone():
    whole, without = singly(Additive())
    assert whole == pytest.approx([6.1, 2.1, 1.5])
    assert whole - without == pytest.approx(WORTH)


def test_the_maps_that_are_exact_score_one_everywhere():
    exact = maps(spread(WORTH[:, 0]), spread(WORTH[:, 1]))
    scores, threshold = trial_scores([Additive()], exact)
    assert {name: value.tolist() for name, value in scores.items()} == {
        "SD": [1], "PC": [1], "DC": [1], "D": [1], "TS": [1],
    }  # fmt: skip
    # Below 0.1 of 6.1 the second part counts too, which is worth nothing to the class.
    assert threshold == THRESHOLDS[THRESHOLDS > 0.1 / 6.1][0]


def test_maps_that_point_elsewhere_score_zero():
    wrong = maps(spread(np.array([0.0, 1, 4])), spread(np.array([1.0, 0, 4])))
    scores, _ = trial_scores([Additive()], wrong)
    # The two parts that do not matter are called important at every threshold up to 0.2, and of
    # the two one from there on.
    assert {name: value.tolist() for name, value in scores.items()} == {
        "SD": [0], "PC": [0], "DC": [0], "D": [0.5], "TS": [0],
    }  # fmt: skip


def test_a_map_without_a_sign_is_judged_by_what_parts_have_beyond_their_area():
    # Per pixel the first part has most, in all the third.
    lit = (MASKS * np.array([2.0, 1.0, 1.2])[:, None, None]).sum(0).astype(np.float32)
    signed, _ = trial_scores([Additive()], maps(lit))
    unsigned, _ = trial_scores([Additive()], maps(lit, signed=False))
    assert signed["SD"][0] < unsigned["SD"][0]


def test_noise_scores_a_half_on_pictures_whose_larger_parts_matter_more():
    rng = np.random.default_rng(0)
    pictures = [Additive(WORTH * MASKS.sum((1, 2))[:, None] / 3 + 0.5) for _ in range(800)]
    noise = rng.uniform(0, 1, (2, 800, 2, 4)).astype(np.float32)
    scores, _ = trial_scores(pictures, Maps(*noise, signed=False))
    assert scores["SD"].mean() == pytest.approx(0.5, abs=0.02)
    assert np.nanmean(scores["TS"]) == pytest.approx(0.5, abs=0.02)


def test_the_network_is_held_to_the_objects_that_cannot_tell_the_class():
    tells_all = Additive(tells=(True, True, True))
    heavy = Additive(WORTH[[2, 1, 0]])
    scores = network_scores([Additive(), heavy, tells_all])
    assert scores[:2].tolist() == [1, 0] and np.isnan(scores[2])


def test_the_table_has_means_of_what_is_known_and_the_level_of_chance():
    scores = {
        "network": {"BI": np.full(3, np.nan)},
        "lime": {"SD": np.array([0.25, np.nan, 0.75]), "PC": np.array([1.0, 0.0, 1.0])},
        "random": {"SD": np.array([0.4, 0.5, 0.9]), "PC": np.array([0.0, 0.0, 1.0])},
    }
    rows = mean_rows(scores, seed=0)
    told = {(row["method"], row["protocol"]): row for row in rows}
    assert list(rows[0]) == ["method", "protocol", "mean", "low", "high", "n", "chance"]
    assert told["network", "BI"] == {
        "method": "network", "protocol": "BI", "mean": "", "low": "", "high": "", "n": "0",
        "chance": "",
    }  # fmt: skip
    lime = told["lime", "SD"]
    assert (lime["mean"], lime["low"], lime["high"], lime["n"], lime["chance"]) == (
        "0.5", "0.25", "0.75", "2", "0.5",
    )  # fmt: skip
    assert told["lime", "PC"]["chance"] == told["random", "PC"]["mean"] == "0.333333"
    assert mean_rows(scores, seed=0) == rows
    lines = list(picture_rows(scores, ["a.jpg", "b.jpg", "c.jpg"]))
    assert lines[:2] == [("lime", "SD", "a.jpg", "0.25"), ("lime", "SD", "c.jpg", "0.75")]
    assert len(lines) == 2 + 3 + 3 + 3
