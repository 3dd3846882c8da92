"""The figure that holds attributions side by side, read back."""

import numpy as np
import pytest
from asymmetric import IMAGES, JUDGED, LABELS, LOGITS, NAMES, drawn, limits, texts

from cnnscope.figures import compare

TARGETS = np.array([1, 3, 0])
COUNT = 10
# Ten columns of three maps, no two alike; every second one has values of both signs.
MAPS = [
    np.random.default_rng(column).uniform(-0.4 * (column % 2), 1, (3, 6, 8)) * 2.0**column
    for column in range(COUNT)
]
SIGNED = [bool(column % 2) for column in range(COUNT)]
RELATIVE = 2
HEADINGS = [f"method {column}" for column in range(COUNT)]


def figure_of(columns: range, facts: dict[int, dict] | None = None):
    seen = {"labels": LABELS, "targets": TARGETS, "logits": LOGITS}
    return compare.draw(
        IMAGES,
        [MAPS[column] for column in columns],
        [seen] * len(columns),
        [{"units": f"units {column}"} | (facts or {}).get(column, {}) for column in columns],
        NAMES,
        title="Side by side",
        headings=[HEADINGS[column] for column in columns],
        signed=[SIGNED[column] for column in columns],
        relative=[column == RELATIVE for column in columns],
        signed_colours="bwr",
        unsigned_colours="inferno",
    )


def test_a_row_an_image_and_a_column_a_method_on_its_own_scale():
    figure = figure_of(range(3))
    assert figure.get_suptitle() == "Side by side"
    grid = np.array(figure.axes[:12]).reshape(3, 4)
    for image, row in enumerate(grid):
        np.testing.assert_array_equal(drawn(row[0]), IMAGES[image])
        assert row[0].get_title() == JUDGED[image]
        explained = NAMES[TARGETS[image]]
        for column, axes in enumerate(row[1:]):
            values = MAPS[column][image]
            bound = np.percentile(np.abs(values), 99.5)
            np.testing.assert_array_equal(drawn(axes), values)
            least = [0, -bound, values.min()][column]
            assert limits(axes) == (pytest.approx(least), bound)
            assert axes.images[0].get_cmap().name == ("bwr" if column == 1 else "inferno")
            told = f"{least:.2g} to {bound:.2g}" if column == RELATIVE else f"1.0 = {bound:.2g}"
            assert axes.get_title() == f"{explained}\n{told}"
            assert texts(axes) == ([HEADINGS[column]] if image == 0 else [])
            assert axes.get_xlabel() == (f"units {column}" if image == 2 else "")


def test_each_kind_of_colours_has_its_bar():
    for columns, kinds in ((range(2), [0, -1]), (range(0, 3, 2), [0]), (range(1, 4, 2), [-1])):
        figure = figure_of(columns)
        bars = figure.axes[3 * (len(columns) + 1) :]
        assert [bar.get_xlim() for bar in bars] == [(kind, 1) for kind in kinds]


def test_more_than_nine_columns_go_on_below_and_repeat_the_images_without_their_verdicts():
    figure = figure_of(range(COUNT))
    grid = np.array(figure.axes[:36]).reshape(6, 6)
    for image in range(3):
        np.testing.assert_array_equal(drawn(grid[3 + image, 0]), IMAGES[image])
        assert grid[image, 0].get_title() == JUDGED[image]
        assert grid[3 + image, 0].get_title() == ""
        for column in range(COUNT):
            axes = grid[image + 3 * (column // 5), 1 + column % 5]
            np.testing.assert_array_equal(drawn(axes), MAPS[column][image])
    assert texts(grid[3, 1]) == ["method 5"]
    assert [axes.get_xlabel() for axes in grid[5, 1:]] == [f"units {n}" for n in range(5, 10)]


def test_a_method_that_refuses_the_network_has_an_empty_column_and_its_reason_once_below():
    figure = figure_of(range(3), {0: {"refused": "no ReLU"}, 2: {"refused": "no ReLU"}})
    for row in np.array(figure.axes[:12]).reshape(3, 4):
        assert [len(axes.images) for axes in row] == [1, 0, 1, 0]
        assert "does not apply" in texts(row[1]) and "does not apply" in texts(row[3])
    assert figure.get_supxlabel() == "no ReLU"
    assert figure_of(range(3)).get_supxlabel() == ""
