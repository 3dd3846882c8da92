"""Bars and points a class."""

from string import ascii_letters

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.text import Text

from cnnscope.figures import class_scores, class_support
from cnnscope.figures.labels import name_points
from cnnscope.figures.style import save

STYLE = {"format": "png", "dpi": 50}
NAMES = ["angry", "disgust", "fear"]


def scores(*f1: str) -> list[dict[str, str]]:
    """A line a class, all with the same numbers of images, then the mean."""
    shares = [{"precision": "", "recall": share, "f1": share} for share in f1]
    counts = {"training": "80", "support": "20", "predicted": "0"}
    lines = [{"class": NAMES[n % 3]} | counts | share for n, share in enumerate(shares)]
    return [*lines, {"class": "mean", **counts, "precision": "", "recall": "0.5", "f1": "0.5"}]


@pytest.mark.parametrize("draw", [class_scores.draw, class_support.draw])
@pytest.mark.parametrize("f1", [("0.5", "0.0", ""), ("1.0",)])
def test_no_share_and_a_single_class_are_drawn_without_a_warning(tmp_path, draw, f1, recwarn):
    save(draw(scores(*f1), "validation"), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_share_of_nothing_is_no_zero():
    figure = class_scores.draw(scores("0.5", ""), "validation")
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


def test_a_point_without_a_name_is_written_over_by_none():
    axes = plt.figure(figsize=(4, 3)).subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    # The second lies where the first's name has its first place.
    x, y = [0.4, 0.45, 0.8], [0.5, 0.5, 0.1]
    assert name_points(axes, x, y, ["disgust (56)", None, "fear"]) == 0
    assert [(text.get_text(), text.xy) for text in axes.texts] == [
        ("disgust (56)", (0.4, 0.5)), ("fear", (0.8, 0.1)),
    ]  # fmt: skip
    box = Text.get_window_extent(axes.texts[0])
    assert not box.contains(*axes.transData.transform((0.45, 0.5)))
    assert axes.texts[0].get_horizontalalignment() == "right", "the next place is on the left"


def counted(training: list[int], f1: list[float]) -> list[dict[str, str]]:
    """Classes `a`, `b`, ... of which 1, 2, ... images were scored; the mean last."""
    lines = scores(*map(str, f1))
    for place, (line, count) in enumerate(zip(lines, training, strict=False)):
        name = ascii_letters[place]
        line |= {"class": name, "training": str(count), "support": str(place + 1)}
    lines[-1] |= {"training": str(np.mean(training)), "f1": str(np.mean(f1))}
    return lines


def ranked(figure) -> bool:
    return "learnt from" in figure.get_suptitle() and not figure.axes[0].patches


def boxes(figure, texts) -> list:
    figure.canvas.draw()
    return [text.get_window_extent() for text in texts if text.get_text()]


@pytest.mark.parametrize(
    ("training", "said", "why"),
    [
        ([80, 80, 80, 80], "each was learnt from 80 images", "is the same for all"),
        ([1320, 1318, 1322, 1319], "from 1,318 to 1,322 images", "is about the same for all"),
        ([1, 1, 1, 1], "each was learnt from 1 image", "is the same for all"),
        ([0, 0, 0, 0], "each was learnt from 0 images", "is the same for all"),
    ],
)
def test_classes_with_as_many_images_each_are_ranked_by_f1(training, said, why):
    figure = class_support.draw(counted(training, [0.2, 0.95, 0.5, 0.75]), "validation")
    (axes,) = figure.axes
    assert ranked(figure) and figure.get_suptitle().endswith(said)
    assert why in axes.get_title()
    dots = axes.get_lines()[-1].get_xydata()
    assert dots.tolist() == [[0.95, 0], [0.75, 1], [0.5, 2], [0.2, 3]]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["b (2)", "d (4)", "c (3)", "a (1)"]
    assert [(text.get_text(), text.get_position()[1]) for text in axes.texts] == [
        ("0.95", 0), ("0.75", 1), ("0.50", 2), ("0.20", 3),
    ]  # fmt: skip
    above, below = axes.transData.transform([[0, 0], [0, 3]])[:, 1]
    assert above > below, "the best lies above"
    (stems,) = axes.collections
    assert [stem.tolist() for stem in stems.get_segments()] == [
        [[0.6, row], [f1, row]] for f1, row in dots.tolist()
    ]
    assert axes.get_lines()[0].get_xdata() == [0.6, 0.6]


@pytest.mark.parametrize(
    ("training", "alike"),
    [([100, 125], True), ([100, 126], False), ([0, 5], False), ([436, 7215], False)],
)
def test_a_quarter_more_images_is_where_numbers_begin_to_count(training, alike):
    figure = class_support.draw(counted(training, [0.3, 0.6]), "validation")
    assert ranked(figure) == alike


def test_classes_that_differ_lie_at_their_number_of_images():
    training, f1 = [3995, 436, 7215], [0.5, 0.25, 0.75]
    (axes,) = class_support.draw(counted(training, f1), "testing").axes
    points = [line.get_xydata().tolist() for line in axes.get_lines()[-2:]]
    assert points == [[[3995, 0.5], [7215, 0.75]], [[436, 0.25]]]
    named = {text.get_text(): text.xy for text in axes.texts}
    assert named == {"a (1)": (3995, 0.5), "b (2)": (436, 0.25), "c (3)": (7215, 0.75)}


@pytest.mark.parametrize("classes", [1, 2, 11, 40])
def test_the_rank_has_room_for_each_class(classes):
    f1 = [(37 * n % 41) / 41 for n in range(classes)]
    figure = class_support.draw(counted([80] * classes, f1), "validation")
    (axes,) = figure.axes
    page, heads = figure.bbox, [axes.title, figure._suptitle, axes.xaxis.label]
    written = boxes(figure, [*axes.texts, *axes.get_yticklabels(), *heads])
    for place, box in enumerate(written):
        assert not any(box.overlaps(other) for other in written[:place])
        assert page.contains(*box.min) and page.contains(*box.max)
    values = [text.get_window_extent() for text in axes.texts]
    assert all(value.x0 > axes.bbox.x1 for value in values), "no dot and no line reaches them"


@pytest.mark.parametrize("counts", [[80, 80, 20], [80, 20, 80]])
def test_a_class_without_an_f1_is_counted_not_drawn(counts):
    lines = counted(counts, [0.2, 0.9, 0.5])
    lines[2]["f1"] = ""
    figure = class_support.draw(lines, "validation")
    assert ranked(figure) == (counts[2] == 20), "what is not drawn does not decide"
    label = figure.axes[0].get_xlabel() if ranked(figure) else figure.get_supxlabel()
    assert "; without an F1: 1" in label
    assert not any(text.get_text().startswith("c (") for text in figure.axes[0].texts)


def test_a_class_with_few_images_and_a_low_score_is_marked():
    lines = scores("0.9", "0.1", "0.2")
    lines[1]["training"] = "10"
    (_, marked) = class_support.draw(lines, "validation").axes[0].get_lines()[-2:]
    assert marked.get_xydata().tolist() == [[10, 0.1]]


def test_each_bar_has_the_length_and_the_name_of_its_own_score():
    lines = [
        {"class": "angry", "support": "8", "predicted": "10", "precision": "0.6", "recall": "0.75",
         "f1": "0.67"},
        {"class": "fear", "support": "4", "predicted": "1", "precision": "1.0", "recall": "0.25",
         "f1": "0.4"},
        {"class": "mean", "support": "6", "predicted": "6", "precision": "0.8", "recall": "0.5",
         "f1": "0.53"},
    ]  # fmt: skip
    figure = class_scores.draw(lines, "validation")
    left, right = (
        {bars.get_label(): [bar.get_width() for bar in bars] for bars in axes.containers}
        for axes in figure.axes
    )
    assert left == {"of the class": [8, 4], "taken for the class": [10, 1]}
    assert right == {"precision": [0.6, 1.0], "recall": [0.75, 0.25], "F1": [0.67, 0.4]}
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["angry", "fear"]
    assert figure.get_suptitle().endswith("mean F1 0.53 (dashed), mean recall 0.50")
    assert figure.axes[1].lines[0].get_xdata() == [0.53, 0.53]
