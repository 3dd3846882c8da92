"""What is told of the clusters: rows, places in pixels, examples in their clusters."""

import numpy as np
import pytest

from cnnscope.evaluation._shortcut_tables import (
    Criterion,
    Finding,
    cluster_rows,
    described,
    examples,
    findings,
    shown,
    table_row,
)
from cnnscope.evaluation.shortcuts import CELLS, Separation

NAMES = ["bread", "egg"]
INSIDE = np.array([True, False, True, True, False, True, True])


def finding(method: str = "lrp", label: int = 1, *, named: bool = True, chance: float = 0.01):
    separation = Separation(label, np.zeros((CELLS, CELLS), bool), 0.75, INSIDE, 0.125, chance)
    rows = np.array([1, 3, 4, 6, 7, 8, 9])
    return Finding(method, separation, rows, named, (2, 4, 6, 8), 0.5, np.nan)


@pytest.fixture(scope="module")
def planted():
    """Maps 20 x 32 of two classes; 12 of 15 of the second have most relevance in one rectangle."""
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 15)
    maps = np.exp(rng.normal(0, 0.4, (30, 20, 32)))
    marks = np.zeros(maps.shape, bool)
    rows = np.flatnonzero(labels == 1)[:12]
    marks[rows, 2:5, 20:28] = True
    maps[marks] *= -30
    return maps, labels, marks, findings("lrp", maps, labels, marks, Criterion(0.5, 0.05, 1, 3))


def test_a_class_is_named_with_the_pixels_of_its_place(planted):
    *_, (bread, egg) = planted
    assert (bread.named, egg.named) == (False, True)
    # Cells are 2.5 x 4 pixels: rows 2 to 5 begin and end with them, as columns 20 to 28 do.
    assert egg.box == (2, 20, 5, 28)
    assert np.array_equal(egg.rows, np.arange(1, 30, 2))
    assert np.array_equal(egg.separation.inside, np.arange(15) < 12)


def test_relevance_on_a_known_mark_is_that_of_the_images_that_have_it(planted):
    maps, labels, marks, (bread, egg) = planted
    assert np.isnan(bread.on_mark) and np.isnan(bread.mark)
    sizes = np.abs(maps[1:24:2])
    expected = (sizes * marks[1:24:2]).sum((1, 2)) / sizes.sum((1, 2))
    assert egg.on_mark == pytest.approx(expected.mean())
    assert egg.mark == pytest.approx(24 / 640)
    again = findings("lrp", maps, labels, None, Criterion(0.5, 0.05, 1, 3))
    assert np.isnan(again[1].on_mark) and again[1].named


def test_a_level_is_shared_by_methods_and_classes(planted):
    maps, labels, marks, (bread, _) = planted
    level = 3 * bread.separation.chance
    for methods, named in ((1, True), (2, False)):
        found = findings("lrp", maps, labels, marks, Criterion(0, level, methods, 3))
        assert found[0].separation.chance == bread.separation.chance
        assert found[0].named == named


def test_a_row_says_what_was_found():
    assert table_row(finding(), NAMES) == {
        "method": "lrp", "class": "egg", "named": "yes",
        "top": 2, "left": 4, "bottom": 6, "right": 8,
        "outstanding": "0.75", "inside": 5, "outside": 2, "cut": "0.125", "chance": "0.01",
        "relevance_on_mark": "0.5", "pixels_of_mark": "nan",
    }  # fmt: skip
    assert table_row(finding(label=7, named=False), NAMES)["class"] == "7"
    told = described(finding(), NAMES)
    assert told["box"] == [2, 4, 6, 8] and told["chance"] == 0.01 and told["inside"] == 5


def test_each_image_is_listed_with_its_cluster():
    paths = [f"training/{number}.jpg" for number in range(10)]
    rows = cluster_rows([finding(), finding(label=0, chance=np.nan)], NAMES, paths)
    assert len(rows) == 7
    assert rows[:2] == [
        ("lrp", "egg", "training/1.jpg", "inside"),
        ("lrp", "egg", "training/3.jpg", "outside"),
    ]


def test_the_named_are_shown_or_else_the_most_separated_that_is_known():
    unlikely, likely = finding("lrp", chance=0.001), finding("shap", chance=0.02)
    other = finding("lime", named=False, chance=0.0001)
    unknown = finding("rise", named=False, chance=np.nan)
    assert shown([unknown, likely, other, unlikely]) == [unlikely, likely]
    assert shown([unknown, finding(named=False), other]) == [other]
    assert shown([unknown]) == []
    assert len(shown([finding()] * 9)) == 6


def test_examples_are_the_first_images_of_each_cluster_and_their_maps():
    images = np.arange(10, dtype=np.uint8)[:, None, None, None] + np.zeros((1, 2, 3, 1), np.uint8)
    maps = {
        "lrp": np.arange(10.0)[:, None, None] + np.zeros((1, 2, 3)),
        "shap": -np.ones((10, 2, 3)),
    }
    pictures, details = examples([finding(), finding("shap")], images, maps)
    assert pictures.shape == (2, 2, 4, 2, 3, 1) and pictures.dtype == np.uint8
    assert details["counts"].tolist() == [[4, 2], [4, 2]]
    assert pictures[0, 0, :, 0, 0, 0].tolist() == [1, 4, 6, 8]
    assert pictures[0, 1, :, 1, 2, 0].tolist() == [3, 7, 0, 0]
    assert details["maps"][0, 1, :, 0, 0].tolist() == [3, 7, 0, 0]
    assert details["maps"][1, 0].max() == -1
