"""The confusion matrix of more classes than can be read, alone and beside LIME's images."""

import numpy as np
import pytest
from asymmetric import IMAGES, drawn, names_on

from cnnscope.figures import confusion_matrix, lime
from cnnscope.figures.many_classes import MOST
from cnnscope.figures.style import save

STYLE = {"format": "png", "dpi": 50}


def named(count: int) -> list[str]:
    return [f"class {number}" for number in range(count)]


def confusions(classes: int) -> np.ndarray:
    """Class n has n + 1 right images, but none where n divides by 4; a few mix-ups, all ways."""
    rng = np.random.default_rng(classes)
    counts = rng.integers(1, 6, (classes, classes)) * (rng.random((classes, classes)) < 0.08)
    right = np.arange(1, classes + 1) * (np.arange(classes) % 4 > 0)
    counts[np.arange(classes), np.arange(classes)] = right
    return counts


def most_often_mixed_up(counts: np.ndarray) -> list[int]:
    """By hand, image by image."""
    involved = dict.fromkeys(range(len(counts)), 0)
    for (true, predicted), count in np.ndenumerate(counts):
        if true != predicted:
            involved[true] += count
            involved[predicted] += count
    return sorted(sorted(involved, key=lambda number: (-involved[number], number))[:MOST])


def draw_matrix(counts):
    return confusion_matrix.draw(counts, [], named(len(counts)), "validation", "Blues")


def draw_lime(counts):
    rng = np.random.default_rng(0)
    details = {
        "labels": np.array([0, 1, 2]),
        "targets": np.array([0, 1, 2]),
        "logits": rng.normal(size=(3, len(counts))),
        "segments": np.repeat([[[0, 1, 2, 2]]], 3, 0).repeat(6, 1).repeat(2, 2),
        "explained": np.array([[0, 1], [1, 2], [2, 3]]),
        "weights": rng.normal(size=(3, 2, 3)),
        "r2": np.ones((3, 2)),
    }
    return lime.draw(IMAGES, details, counts, [], named(len(counts)), "validation", "Blues")


def matrix_of(figure):
    return next(axes for axes in figure.axes if axes.get_xlabel() == "predicted")


@pytest.mark.parametrize("draw", [draw_matrix, draw_lime])
def test_a_matrix_of_many_classes_shows_those_most_often_mixed_up(draw):
    counts = confusions(47)
    classes, totals = most_often_mixed_up(counts), counts.sum(1)
    matrix = matrix_of(draw(counts))
    rates = drawn(matrix)
    assert rates.shape == (MOST, MOST + 1)
    for row, true in enumerate(classes):
        for column, predicted in enumerate(classes):
            assert rates[row, column] == counts[true, predicted] / totals[true]
        rest = totals[true] - counts[true, classes].sum()
        assert rates[row, MOST] == rest / totals[true]
    names = [f"class {number}" for number in classes]
    assert names_on(matrix.yaxis) == names
    assert names_on(matrix.xaxis) == [*names, "others"]
    written = {tuple(map(int, text.get_position())): text.get_text() for text in matrix.texts}
    row = next(row for row, true in enumerate(classes) if rates[row, MOST])
    rest = totals[classes[row]] - counts[classes[row], classes].sum()
    assert written[MOST, row] == f"{rates[row, MOST]:.2f}\n{rest}"
    others = sorted({*range(47)} - {*classes})
    assert matrix.get_title().split("\n")[-2:] == [
        "30 of 47 classes, those most often mixed up; all in scores/confusion.csv",
        f"others: the classes left out; of their {totals[others].sum()} images "
        f"{sum(counts[n, n] for n in others)} are right",
    ]


def test_the_share_that_is_right_is_that_of_all_classes():
    counts = confusions(47)
    right, all_of_them = counts.trace(), counts.sum()
    title = matrix_of(draw_matrix(counts)).get_title()
    assert title.startswith(f"{right} of {all_of_them} images right ({right / all_of_them:.1%})")


def test_where_few_were_mixed_up_the_classes_without_images_are_left_out():
    counts = np.zeros((40, 40), int)
    counts[[3, 8, 9], [3, 9, 9]] = 5, 2, 1
    matrix = matrix_of(draw_matrix(counts))
    assert names_on(matrix.yaxis) == ["class 3", "class 8", "class 9"]
    np.testing.assert_array_equal(drawn(matrix), [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]])
    assert matrix.get_title().endswith("\nothers: the classes left out, of which there is no image")


def test_a_matrix_without_any_image_is_drawn_without_a_warning(tmp_path, recwarn):
    save(draw_matrix(np.zeros((40, 40), int)), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize("draw", [draw_matrix, draw_lime])
def test_a_matrix_of_as_many_classes_as_can_be_read_is_whole(draw):
    counts = confusions(MOST)
    matrix = matrix_of(draw(counts))
    totals = counts.sum(1, keepdims=True)
    np.testing.assert_allclose(drawn(matrix) * totals, counts)
    assert names_on(matrix.xaxis) == names_on(matrix.yaxis) == named(MOST)
    assert "others" not in matrix.get_title() and "classes" not in matrix.get_title()


@pytest.mark.parametrize("draw", [draw_matrix, draw_lime])
def test_a_matrix_of_many_classes_does_not_grow_with_them(draw):
    few, many = (draw(confusions(classes)) for classes in (47, 400))
    assert many.get_size_inches().tolist() == few.get_size_inches().tolist()
    assert max(many.get_size_inches()) < 20


def test_a_long_name_beside_the_matrix_is_cut():
    names = ["American Staffordshire terriers", "egg"]
    figure = confusion_matrix.draw(np.eye(2, dtype=int), [], names, "validation", "Blues")
    assert names_on(figure.axes[0].yaxis) == ["American Staffordshire terrie…", "egg"]
