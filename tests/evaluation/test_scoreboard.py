"""The scoreboard, on scores that can be worked out by hand."""

import numpy as np
import pytest

from cnnscope.evaluation.scoreboard import COLUMNS, board, read_scores

NONE = [np.nan] * 4
METRICS = {
    "insertion": {"title": "Insertion", "better": "higher", "category": "faithfulness"},
    "deletion": {"title": "Deletion", "better": "lower", "category": "faithfulness"},
    "sparseness": {"title": "Sparseness", "better": "higher", "category": "complexity"},
}
METHODS = {
    "good": {"title": "Good", "control": False},
    "smooth": {"title": "Smooth", "control": False},
    "bad": {"title": "Bad", "control": False},
    "noise": {"title": "Noise", "control": True},
    "edges": {"title": "Edges", "control": True},
}


def scored(own, blurred=NONE) -> np.ndarray:
    return np.array([own, blurred, NONE])


SCORES = {
    "good": {
        "insertion": scored([0.8, 0.9, 0.7, 1.0], [0.6, 0.7, 0.5, 0.8]),
        "deletion": scored([0.1, 0.2, 0.1, 0.2], [0.3, 0.3, 0.3, 0.3]),
        "sparseness": scored([0.5, 0.5, 0.5, np.nan]),
    },
    "smooth": {
        # Better than the controls, and worse than its own blurred copy.
        "insertion": scored([0.7, 0.8, 0.6, 0.9], [0.75, 0.85, 0.65, 0.95]),
        "deletion": scored([0.2, 0.2, 0.2, 0.2], [0.3, 0.3, 0.3, 0.3]),
        "sparseness": scored([0.6, 0.6, 0.6, 0.6]),
    },
    "bad": {
        # Better than a control in the mean, and by chance alone.
        "insertion": scored([0.9, 0.1, 0.5, 0.6], [0.1, 0.0, 0.0, 0.1]),
        "deletion": scored([0.9, 0.9, 0.9, 0.9]),
        "sparseness": scored(NONE),
    },
    "noise": {
        "insertion": scored([0.5, 0.5, 0.5, 0.5]),
        "deletion": scored([0.5, 0.5, 0.5, 0.5]),
        "sparseness": scored([0.1, 0.1, 0.1, 0.1]),
    },
    "edges": {
        "insertion": scored([0.3, 0.3, 0.3, 0.3]),
        "deletion": scored([0.4, 0.4, 0.4, 0.4]),
        "sparseness": scored([0.4, 0.7, 0.4, 0.4]),
    },
}


@pytest.fixture(scope="module")
def cells() -> dict:
    return {(one.method, one.metric): one for one in board(SCORES, METHODS, METRICS, seed=0)}


def test_every_method_and_control_has_a_cell_by_every_metric(cells):
    assert list(cells) == [(method, metric) for method in METHODS for metric in METRICS]
    assert {one.control for (method, _), one in cells.items() if method in ("noise", "edges")} == {
        "yes"
    }


def test_mean_interval_and_number_are_those_of_the_images_that_have_a_score(cells):
    cell = cells["good", "sparseness"]
    assert (cell.mean, cell.low, cell.high, cell.images) == (0.5, 0.5, 0.5, 3)
    cell = cells["good", "insertion"]
    assert cell.mean == pytest.approx(0.85) and cell.low < 0.85 < cell.high and cell.images == 4
    assert cell.low >= 0.7 and cell.high <= 1
    none = cells["bad", "sparseness"]
    assert np.isnan([none.mean, none.low, none.high]).all() and none.images == 0


@pytest.mark.parametrize(
    ("method", "metric", "beats", "not_better_than"),
    [
        ("good", "insertion", "yes", ""),
        ("good", "deletion", "yes", ""),
        # On three images better by 0.1, -0.2 and 0.1 than the edges.
        ("good", "sparseness", "no", "edges"),
        ("smooth", "insertion", "no", "blurred"),
        ("smooth", "deletion", "yes", ""),
        ("bad", "insertion", "no", "noise edges"),
        ("bad", "deletion", "no", "noise edges"),
        ("bad", "sparseness", "", ""),
        ("noise", "insertion", "", ""),
    ],
)
def test_a_method_beats_the_controls_where_it_leads_each_by_more_than_chance(
    cells, method, metric, beats, not_better_than
):
    cell = cells[method, metric]
    assert (cell.beats_controls, cell.not_better_than) == (beats, not_better_than)


def test_leads_are_taken_image_by_image():
    """Of equal spread over images that differ much, a small lead on each of them is no chance."""
    hard = np.array([0.1, 0.4, 0.6, 0.9])
    scores = {"good": {"insertion": scored(hard + 0.01)}, "noise": {"insertion": scored(hard)}}
    methods = {name: METHODS[name] for name in scores}
    first, _ = board(scores, methods, {"insertion": METRICS["insertion"]}, seed=0)
    assert first.beats_controls == "yes"
    assert first.low < 0.5 < first.high


def test_without_a_control_nothing_is_beaten():
    scores = {"good": {"deletion": scored([0.1, 0.2, 0.1, 0.2])}}
    (cell,) = board(scores, {"good": METHODS["good"]}, {"deletion": METRICS["deletion"]}, seed=0)
    assert cell.beats_controls == "no"


def test_ranks_within_a_category_are_those_of_the_mean_rank_over_its_metrics(cells):
    # Insertion: good, smooth, bad; deletion: good, smooth, bad.
    ranks = {method: cells[method, "deletion"].rank for method in ("good", "smooth", "bad")}
    assert ranks == {"good": 1, "smooth": 2, "bad": 3}
    assert cells["good", "insertion"].rank == 1
    # Sparseness: smooth before good; the third has no score, and the controls have no rank.
    ranks = [cells[method, "sparseness"].rank for method in ("smooth", "good", "bad", "noise")]
    assert ranks[:2] == [1, 2] and np.isnan(ranks[2:]).all()


def test_equal_methods_share_the_mean_of_their_places():
    same = {"insertion": scored([0.5, 0.6, 0.5, 0.6])}
    scores = {"good": same, "smooth": same, "bad": {"insertion": scored([0.1] * 4)}}
    methods = {name: METHODS[name] for name in scores}
    ranks = [
        one.rank for one in board(scores, methods, {"insertion": METRICS["insertion"]}, seed=0)
    ]
    assert ranks == [1.5, 1.5, 3]


def test_a_row_has_a_value_for_each_column(cells):
    row = dict(zip(COLUMNS, cells["smooth", "insertion"].row(), strict=True))
    assert row["method"] == "smooth" and row["title"] == "Smooth" and row["better"] == "higher"
    assert row["mean"] == "0.75" and row["images"] == 4 and row["not_better_than"] == "blurred"


def test_the_scores_of_a_table_are_read_by_metric_and_by_what_was_scored():
    row = {
        "path": "a", "deletion score": "0.1", "deletion blurred": "0.2", "deletion random": "nan",
        "focus score": "1", "focus blurred": "2", "focus random": "3",
    }  # fmt: skip
    found = read_scores([row, row | {"deletion score": "0.5"}])
    assert list(found) == ["deletion", "focus"]
    np.testing.assert_array_equal(found["deletion"], [[0.1, 0.5], [0.2, 0.2], [np.nan, np.nan]])
    np.testing.assert_array_equal(found["focus"], [[1, 1], [2, 2], [3, 3]])


def test_an_image_without_a_score_is_no_lead():
    own, rival = [0.51, 0.49] + [np.nan] * 6, [0.5] * 8
    none = np.full((2, 8), np.nan)
    scores = {
        name: {"insertion": np.array([values, *none])}
        for name, values in (("good", own), ("noise", rival))
    }
    methods = {name: METHODS[name] for name in scores}
    first, _ = board(scores, methods, {"insertion": METRICS["insertion"]}, seed=0)
    assert first.images == 2 and first.beats_controls == "no"
