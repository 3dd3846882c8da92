"""What the charts show of classes that are too many to be read, and that they say so."""

import numpy as np
import pytest
from asymmetric import IMAGES, names_on, texts

from cnnscope.figures import (
    class_distribution,
    class_scores,
    class_support,
    confusion_matrix,
    lime,
    maps,
    samples,
    top_images,
)
from cnnscope.figures.many_classes import END, MOST, both_ends
from cnnscope.figures.style import shortened, verdict


def named(count: int) -> list[str]:
    return [f"class {number}" for number in range(count)]


def table(images: list[int]) -> list[dict[str, str]]:
    """Rows of class_counts: two thirds of the images of a class are for training."""
    rows = [
        {"label": str(n), "class": f"class {n}", "all": str(count),
         "training": str(count * 2 // 3), "validation": str(count - count * 2 // 3)}
        for n, count in enumerate(images)
    ]  # fmt: skip
    unknown = {"all": "3", "training": "0", "validation": "3"}
    return [*rows, {"label": "-1", "class": "no label"} | unknown]


def test_of_many_classes_the_largest_and_the_smallest_have_bars():
    images = [(37 * n) % 101 for n in range(47)]
    ranking = sorted(range(47), key=lambda n: -images[n])
    shown = ranking[:15] + ranking[-15:]
    axes = class_distribution.draw(table(images)).axes[0]
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers}
    total, training = sum(images), sum(count * 2 // 3 for count in images)
    assert heights == {
        f"whole dataset ({total:,})": [images[n] for n in shown],
        f"training ({training:,})": [images[n] * 2 // 3 for n in shown],
        f"validation ({total - training:,})": [images[n] - images[n] * 2 // 3 for n in shown],
    }
    assert names_on(axes.xaxis) == [f"class {n}" for n in shown]
    assert axes.get_title() == (
        "30 of 47 classes, the 15 with the most images and the 15 with the fewest; all in "
        "class_distribution.csv\n"
        f"half of all classes have at most {sorted(images)[23]} images; without any: 1\n"
        "3 images without a label are not shown"
    )
    (gap,) = axes.lines
    assert gap.get_xdata() == [14.5, 14.5]


def test_as_many_classes_as_can_be_read_have_bars_in_their_order():
    axes = class_distribution.draw(table([*range(MOST)])).axes[0]
    assert names_on(axes.xaxis) == named(MOST) and not axes.lines
    assert axes.get_title() == "3 images without a label are not shown"


def scored(f1: list[str], training=None) -> list[dict[str, str]]:
    """Rows of class_scores, class n of n % 5 images; the mean last."""
    lines = []
    for n, value in enumerate(f1):
        known = {"support": str(n % 5), "predicted": str(n % 3), "f1": value}
        counts = {"training": str(training[n] if training else 80)}
        shares = {"precision": "", "recall": value}
        lines.append({"class": f"class {n}"} | known | counts | shares)
    mean = {"class": "mean", "support": "2", "predicted": "1", "precision": "", "recall": "0.5"}
    given = [float(value) for value in f1 if value]
    mean |= {"training": str(np.mean(training or [80])), "f1": str(np.mean(given))}
    return [*lines, mean]


# Without an F1: 3. With 0: 1, 7, 13, 19, 25, 31, 37, 43, of 1, 2, 3, 4, 0, 1, 2, 3 images.
F1 = [
    "" if n in (2, 11, 23) else "0.0" if n % 6 == 1 else f"{(29 * n % 47 + 1) / 50:.2f}"
    for n in range(47)
]
WORST = [19, 13, 43, 7, 37, 1, 31, 25]


def test_of_many_classes_the_worst_have_bars_the_worst_above():
    rest = sorted((n for n in range(47) if F1[n] not in ("", "0.0")), key=lambda n: float(F1[n]))
    shown = (WORST + rest)[:MOST]
    figure = class_scores.draw(scored(F1), "validation")
    left, right = figure.axes
    assert names_on(left.yaxis) == [f"class {n}" for n in shown]
    assert [bar.get_width() for bar in left.containers[0]] == [n % 5 for n in shown]
    assert [bar.get_width() for bar in right.containers[2]] == [float(F1[n]) for n in shown]
    low, high = left.get_ylim()
    assert low > high
    mean = np.mean([float(value) for value in F1 if value])
    assert figure.get_suptitle() == (
        f"Each class in validation: mean F1 {mean:.2f} (dashed), mean recall 0.50\n"
        "30 of 47 classes, the worst by F1; all in scores/class_scores.csv"
    )


def test_as_many_classes_as_can_be_read_have_scores_in_their_order():
    figure = class_scores.draw(scored(F1[:MOST]), "validation")
    assert names_on(figure.axes[0].yaxis) == named(MOST)
    assert "\n" not in figure.get_suptitle()


def test_of_many_points_the_lowest_and_the_farthest_to_the_right_have_names():
    training = [(17 * n) % 53 for n in range(47)]
    known = [n for n in range(47) if F1[n]]
    figure = class_support.draw(scored(F1, training), "validation")
    (axes,) = figure.axes
    points = {tuple(point) for line in axes.get_lines()[-2:] for point in line.get_xydata()}
    assert points == {(training[n], float(F1[n])) for n in known}
    lowest = sorted(known, key=lambda n: (float(F1[n]), -training[n]))[:15]
    farthest = sorted(known, key=lambda n: (-training[n], float(F1[n])))[:15]
    wanted = {f"class {n} ({n % 5})" for n in lowest + farthest}
    assert {*texts(axes)} <= wanted
    said = figure.get_supxlabel()
    left_out = len(wanted) - len(texts(axes))
    assert left_out < 4 and (f"; {left_out} names found no room" in said) == (left_out > 0)
    assert "; without an F1: 3" in said
    assert said.endswith(
        "\nnamed: of 47 classes the 15 with the lowest F1 and the 15 with the most training "
        "images; all in scores/class_scores.csv"
    )


def test_of_many_ranked_classes_the_best_and_the_worst_are_shown():
    mean = np.mean([float(value) for value in F1 if value])

    def place(n):
        f1 = float(F1[n])
        return -f1, n % 5 if f1 < mean else -(n % 5)

    ranking = sorted((n for n in range(47) if F1[n]), key=place)
    shown = ranking[:15] + ranking[-15:]
    assert shown[-1] == 19, "of those with 0 the one with the most images is last"
    (axes,) = class_support.draw(scored(F1), "validation").axes
    assert names_on(axes.yaxis) == [f"class {n} ({n % 5})" for n in shown]
    dots = axes.get_lines()[1].get_xydata()
    assert dots.tolist() == [[float(F1[n]), row] for row, n in enumerate(shown)]
    assert axes.get_title().split("\n")[0] == (
        "30 of 47 classes, the 15 best and the 15 worst; all in scores/class_scores.csv"
    )
    assert axes.get_lines()[2].get_ydata() == [14.5, 14.5]


def test_as_many_classes_as_can_be_read_are_all_named_and_ranked():
    f1 = [f"{(n * 7 % 30) / 30:.3f}" for n in range(MOST)]
    (ranked,) = class_support.draw(scored(f1), "validation").axes
    assert len(names_on(ranked.yaxis)) == MOST and "of 30 classes" not in ranked.get_title()
    figure = class_support.draw(scored(f1, [n * 10 for n in range(MOST)]), "validation")
    assert "named" not in figure.get_supxlabel()
    assert len(texts(figure.axes[0])) > MOST - 4


def many_f1(classes: int) -> list[str]:
    return [f"{n % 97 / 97:.3f}" for n in range(classes)]


@pytest.mark.parametrize(
    "draw",
    [
        lambda classes: class_distribution.draw(table([n % 89 for n in range(classes)])),
        lambda classes: class_scores.draw(scored(many_f1(classes)), "validation"),
        lambda classes: class_support.draw(scored(many_f1(classes)), "validation"),
        lambda classes: class_support.draw(
            scored(many_f1(classes), [n % 83 for n in range(classes)]), "validation"
        ),
    ],
    ids=["distribution", "scores", "ranking", "points"],
)
def test_a_figure_of_many_classes_does_not_grow_with_them(draw):
    few, many = draw(47), draw(400)
    assert many.get_size_inches().tolist() == few.get_size_inches().tolist()
    assert max(many.get_size_inches()) < 25


def test_both_ends_of_a_ranking_are_whole_up_to_the_bound():
    assert both_ends(range(MOST)) == [*range(MOST)]
    assert both_ends(range(MOST + 1)) == [*range(END), *range(END + 1, MOST + 1)]


@pytest.mark.parametrize(
    "chart", [confusion_matrix, lime, class_distribution, class_scores, class_support]
)
def test_a_caption_says_how_many_classes_are_shown(chart):
    assert f"more than {MOST} classes" in chart.CHART.caption


def test_a_long_name_is_cut_where_it_finds_no_room():
    long = "American Staffordshire terrier"
    assert shortened(long) == "American Stafford…" and len(shortened(long)) == 18
    assert shortened(long, 30) == long and shortened("soup") == "soup"
    said = verdict([long, "egg"], 0, np.array([9.0, 0]))
    assert said == "label: 0  predict: 0\nAmerican Stafford…\n✓ American Stafford… 100%"
    facts = {"split": "validation", "positions": [417], "labels": [0], "absent_classes": []}
    facts |= {"paths": ["validation/0_0.png"]}
    figure = samples.draw({"some": (IMAGES[:1], facts)}, [long])
    assert figure.axes[0].get_title() == "417: American Staffor…"


def test_a_long_name_over_a_map_and_an_exciting_image_is_cut():
    names = ["American Staffordshire terrier"]
    seen = {"labels": np.array([0]), "targets": np.array([0]), "logits": np.ones((1, 1))}
    figure = maps.draw(
        IMAGES[:1], np.ones((1, 6, 8)), seen, {"units": "logits"}, names, "bwr",
        signed=True, title="A method",
    )  # fmt: skip
    assert figure.axes[1].get_title() == "American Stafford…: 1.0 = 1"
    place = {key: np.array([[0]]) for key in ("positions", "labels", "responses")}
    facts = {"layer": "a", "split": "validation", "images": 3, "units": "logits"}
    details = {"filters": np.array([7])} | place
    figure = top_images.draw(IMAGES, np.ones((1, 1, 3, 4)), details, facts, names, "viridis")
    assert figure.axes[0].get_title() == "American Stafford…, no. 0\n0.00"
