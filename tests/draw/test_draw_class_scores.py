"""Bars and points a class."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from cnnscope.draw import class_scores
from cnnscope.draw.labels import name_points
from cnnscope.draw.style import save

STYLE = {"format": "png", "dpi": 50}
NAMES = ["angry", "disgust", "fear"]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def scores(*f1: str) -> list[dict[str, str]]:
    """A line a class, all with the same numbers of images, then the mean."""
    shares = [{"precision": "", "recall": share, "f1": share} for share in f1]
    counts = {"training": "80", "support": "20", "predicted": "0"}
    lines = [{"class": NAMES[n % 3]} | counts | share for n, share in enumerate(shares)]
    return [*lines, {"class": "mean", **counts, "precision": "", "recall": "0.5", "f1": "0.5"}]


@pytest.mark.parametrize("draw", [class_scores.draw_bars, class_scores.draw_support])
@pytest.mark.parametrize("f1", [("0.5", "0.0", ""), ("1.0",)])
def test_no_share_and_a_single_class_are_drawn_without_a_warning(tmp_path, draw, f1, recwarn):
    save(draw(scores(*f1), "validation"), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_share_of_nothing_is_no_zero():
    figure = class_scores.draw_bars(scores("0.5", ""), "validation")
    written = [text.get_text() for text in figure.axes[1].texts]
    assert written == ["–", "–", "0.50", "–", "0.50", "–"]


def test_names_at_points_lie_inside_and_over_nothing():
    axes = plt.figure(figsize=(4, 3)).subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    x, y = [0.5, 0.52, 0.54, 0.99, 0.5], [0.5, 0.5, 0.51, 0.99, 0.5]
    missing = name_points(axes, x, y, ["disgust (56)"] * 5)
    written = [Text.get_window_extent(text) for text in axes.texts]
    inside = axes.get_window_extent()
    assert missing == 0 and len(written) == 5
    for place, box in enumerate(written):
        assert not any(box.overlaps(other) for other in written[:place])
        assert inside.contains(*box.min) and inside.contains(*box.max)
    for spot in axes.transData.transform(np.column_stack([x, y])):
        assert not any(box.contains(*spot) for box in written)
    assert name_points(axes, [0.5] * 99, [0.5] * 99, ["disgust (56)"] * 99) > 0


def test_a_class_with_few_images_and_a_low_score_is_marked():
    lines = scores("0.9", "0.1", "0.2")
    lines[1]["training"] = "10"
    (_, marked) = class_scores.draw_support(lines, "validation").axes[0].get_lines()[-2:]
    assert marked.get_xydata().tolist() == [[10, 0.1]]
