"""The figure of random networks, read back."""

import numpy as np
import pytest
from asymmetric import IMAGES, JUDGED, LABELS, LOGITS, NAMES, drawn, limits, texts

from cnnscope.figures import sanity

STAGES = ["head", "conv.2", "conv.1"]
# Four methods of four maps each, no two alike; every second one has values of both signs.
MAPS = [
    np.random.default_rng(row).uniform(-0.4 * (row % 2), 1, (1, 4, 6, 8)) * 2.0**row
    for row in range(4)
]
ALIKE = np.array([[0.91, 0.42, -0.13], [0.88, 0.3, 0.01], [1, 0.5, np.nan], [0.7, 0.6, 0.2]])
TARGETS = [3, 3, 1, 3]
RELATIVE = 2


def figure_of(rows: list[int], refused: dict[int, str] | None = None):
    refused = refused or {}
    return sanity.draw(
        [MAPS[row][:, :1] if row in refused else MAPS[row] for row in rows],
        [
            {
                "images": IMAGES[1:2], "labels": LABELS[1:2], "logits": LOGITS[1:2],
                "targets": np.array([TARGETS[row]]),
                "similarity": ALIKE[row : row + 1, : 0 if row in refused else 3],
            }
            for row in rows
        ],
        [
            {"stages": [], "refused": refused[row]} if row in refused else {"stages": STAGES}
            for row in rows
        ],
        NAMES,
        headings=[f"method {row}" for row in rows],
        similarity="rank correlation",
        signed=[bool(row % 2) for row in rows],
        relative=[row == RELATIVE for row in rows],
        signed_colours="bwr",
        unsigned_colours="inferno",
    )  # fmt: skip


def test_a_row_a_method_and_a_column_a_stage_with_its_number_on_its_own_scale():
    figure = figure_of([0, 1, 2, 3])
    assert figure.get_suptitle() == "Maps of random networks: rank correlation with the first map"
    grid = np.array(figure.axes[:20]).reshape(4, 5)
    np.testing.assert_array_equal(drawn(grid[0, 0]), IMAGES[1])
    assert grid[0, 0].get_title() == JUDGED[1]
    assert not any(axes.images or axes.axison for axes in grid[1:, 0])
    assert [texts(axes) for axes in grid[0, 1:]] == [["as it is"], *([name] for name in STAGES)]
    for row, (maps, alike) in enumerate(zip(MAPS, ALIKE, strict=True)):
        cells = grid[row, 1:]
        assert cells[0].get_ylabel() == f"method {row}\n{NAMES[TARGETS[row]]}"
        assert [axes.get_title() for axes in cells] == ["", *(f"{value:.2f}" for value in alike)]
        for axes, values in zip(cells, maps[0], strict=True):
            np.testing.assert_array_equal(drawn(axes), values)
            bound = np.percentile(np.abs(values), 99.5)
            least = values.min() if row == RELATIVE else -bound if row % 2 else 0
            assert limits(axes) == (pytest.approx(least), pytest.approx(bound))
            assert axes.images[0].get_cmap().name == ("bwr" if row % 2 else "inferno")
            assert row == 0 or not texts(axes)


def test_each_kind_of_colours_has_its_bar():
    for rows, kinds in (([0, 1], [0, -1]), ([0, 2], [0]), ([1, 3], [-1])):
        bars = figure_of(rows).axes[5 * len(rows) :]
        assert [bar.get_xlim() for bar in bars] == [(kind, 1) for kind in kinds]
        # Three numbers, for more of them collide on a bar of this length.
        assert [bar.get_xticks().tolist() for bar in bars] == [
            [kind, (kind + 1) / 2, 1] for kind in kinds
        ]


@pytest.mark.parametrize("row", [0, 1])
def test_a_method_that_refuses_the_network_has_an_empty_row_and_its_reason_below(row):
    figure = figure_of([0, 1], {row: "no ReLU"})
    grid = np.array(figure.axes[:10]).reshape(2, 5)
    assert [len(axes.images) for axes in grid[row, 1:]] == [0] * 4
    assert [len(axes.images) for axes in grid[1 - row, 1:]] == [1] * 4
    assert all("does not apply" in texts(axes) for axes in grid[row, 1:])
    assert texts(grid[0, 2])[0] == "head"
    assert figure.get_supxlabel() == "no ReLU"


def test_no_number_no_row_where_all_refuse():
    figure = figure_of([0, 1], {0: "no ReLU", 1: "no ReLU"})
    grid = np.array(figure.axes[:4]).reshape(2, 2)
    np.testing.assert_array_equal(drawn(grid[0, 0]), IMAGES[1])
    assert "does not apply" in texts(grid[1, 1])
