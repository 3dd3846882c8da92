"""The confusion matrix and the image sets, read back from what is drawn."""

import numpy as np
import pytest
from asymmetric import COUNTS, IMAGES, MIXUPS, NAMES, drawn, limits, shades, texts

from cnnscope.figures import confusion_matrix, samples

RATES = np.array(
    [[0.5, 0.3, 0.2, 0], [0.125, 0.75, 0, 0.125], [0, 0.8, 0.2, 0], [0.5, 0, 0.25, 0.25]]
)


@pytest.fixture
def figure():
    return confusion_matrix.draw(COUNTS, MIXUPS, NAMES, "validation", "Blues")


def test_a_row_of_the_matrix_is_a_true_class_and_adds_up_to_1(figure):
    matrix = figure.axes[0]
    np.testing.assert_allclose(drawn(matrix), RATES)
    assert limits(matrix) == (0, 1)
    assert matrix.images[0].cmap.name == "Blues"
    assert (matrix.get_xlabel(), matrix.get_ylabel()) == ("predicted", "true")
    low, high = matrix.get_ylim()
    assert low > high, "the first class is the upper row"
    for axis in (matrix.xaxis, matrix.yaxis):
        assert axis.get_ticklocs().tolist() == [0, 1, 2, 3]
        assert [tick.get_text() for tick in axis.get_ticklabels()] == NAMES


def test_the_numbers_in_a_cell_are_its_own_and_can_be_read(figure):
    written = {
        tuple(map(int, text.get_position())): (text.get_text(), text.get_color())
        for text in figure.axes[0].texts
    }
    # By column, then row; the darkest cells have white numbers.
    assert written == {
        (0, 0): ("0.50\n5", "black"), (1, 0): ("0.30\n3", "black"), (2, 0): ("0.20\n2", "black"),
        (0, 1): ("0.12\n1", "black"), (1, 1): ("0.75\n6", "white"), (3, 1): ("0.12\n1", "black"),
        (1, 2): ("0.80\n4", "white"), (2, 2): ("0.20\n1", "black"),
        (0, 3): ("0.50\n2", "black"), (2, 3): ("0.25\n1", "black"), (3, 3): ("0.25\n1", "black"),
    }  # fmt: skip


def test_the_share_that_is_right_and_the_mix_ups_are_told(figure):
    # 5 + 6 + 1 + 1 on the diagonal, of 27.
    assert figure.axes[0].get_title().startswith("13 of 27 images right (48.1%) in validation;")
    assert texts(figure.axes[1]) == [
        "Most frequent mix-ups\n\n"
        "soup\n  taken for egg\n  4 images, 80% of its class\n\n"
        "bread\n  taken for egg\n  3 images, 30% of its class\n"
    ]


def test_each_sample_is_shown_under_its_own_position_and_class():
    facts = {"split": "validation", "positions": [7, 3, 9], "labels": [2, -1, 0]}
    facts |= {"absent_classes": [], "paths": ["v/a.png", "v/deep/b.png", "v/c.png"]}
    figure = samples.draw({"some": (IMAGES, facts)}, NAMES)
    for place, said in enumerate(["7: soup", "3: b.png", "9: bread"]):
        axes = figure.axes[place]
        np.testing.assert_array_equal(drawn(axes), IMAGES[place])
        assert axes.get_title() == said


def test_a_grey_image_keeps_its_greys_and_is_not_stretched_from_black_to_white():
    grey = np.array([[60, 90, 120], [150, 180, 210]], np.uint8)
    facts = {"split": "validation", "positions": [0], "labels": [0], "absent_classes": []}
    facts |= {"paths": ["validation/0_0.png"]}
    figure = samples.draw({"some": (grey[None, ..., None], facts)}, NAMES)
    wanted = np.repeat(grey[..., None], 3, axis=-1) / 255
    np.testing.assert_allclose(shades(figure.axes[0]), wanted, atol=0.005)
