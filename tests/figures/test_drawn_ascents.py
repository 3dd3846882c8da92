"""The figures of class pictures and deep dreams, read back."""

import numpy as np
import pytest
from asymmetric import IMAGES, LOGITS, NAMES, drawn

from cnnscope.figures import class_pictures, deep_dream

# Three pictures of 6 x 8, no two pixels alike.
PICTURES = (IMAGES[::-1] / 255).astype(np.float32)


def test_each_class_stands_over_its_own_picture_with_its_logit_and_probability():
    details = {
        "classes": np.array([2, 1, 0]),
        "logits_start": np.array([0.25, -1.0, 3.0]),
        "logits": LOGITS,
    }
    figure = class_pictures.draw(PICTURES, details, NAMES)
    for i, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(drawn(axes), IMAGES[::-1][i])
    assert [axes.get_title() for axes in figure.axes] == [
        "soup\n0.2 → -0.5; 60%",
        "egg\n-1.0 → -0.4; 70%",
        # Of the third the likeliest class is another.
        "bread\n3.0 → -1.2; 30%\ntaken for rice",
    ]


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (6, 1), (7, 2)])
def test_at_most_six_classes_stand_in_a_row(count, rows):
    details = {
        "classes": np.arange(count),
        "logits_start": np.zeros(count),
        "logits": np.eye(count) * 9,
    }
    figure = class_pictures.draw(np.zeros((count, 4, 4, 1)), details, [])
    tops = {round(axes.get_position().y1, 3) for axes in figure.axes if axes.images}
    assert len([axes for axes in figure.axes if axes.images]) == count and len(tops) <= rows


def test_each_dream_stands_under_its_photograph():
    details = {
        "score_start": np.array([1, 20, 300.0, 5]),
        "score_end": np.array([1234.5, 21, 0.01, 6]),
    }
    facts = {"layer": "cnn.8", "role": "middle convolution"}
    # There may be more pictures than are shown.
    figure = deep_dream.draw(IMAGES, np.concatenate([PICTURES, PICTURES[:1]]), details, facts)
    upper, lower = figure.axes[:3], figure.axes[3:]
    for i in range(3):
        np.testing.assert_array_equal(drawn(upper[i]), IMAGES[i])
        np.testing.assert_array_equal(drawn(lower[i]), IMAGES[::-1][i])
    titles = [axes.get_title() for axes in lower]
    assert titles == ["1 → 1.23e+03", "20 → 21", "300 → 0.01"]
    assert "cnn.8 (middle convolution)" in figure.get_suptitle()
