"""The scoreboard, read back: every number in its cell, grey where a control is as good."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_rgba

from cnnscope.figures.scoreboard import draw

TITLES = {"deletion": "Deletion", "insertion": "Insertion", "mass": "Relevance mass"}
ABOUT = {
    "deletion": ("faithfulness", "lower"),
    "insertion": ("faithfulness", "higher"),
    "mass": ("localisation", "higher"),
}
MEANS = {
    ("lime", "deletion"): 0.11, ("lime", "insertion"): 0.82, ("lime", "mass"): 0.53,
    ("shap", "deletion"): 0.24, ("shap", "insertion"): 0.65, ("shap", "mass"): None,
    ("noise", "deletion"): 0.37, ("noise", "insertion"): 0.48, ("noise", "mass"): 0.29,
}  # fmt: skip
BEATS = {("lime", "deletion"), ("lime", "mass"), ("shap", "insertion")}
RANKS = {"lime": 1, "shap": 2.5}


def cell(method: str, metric: str) -> dict[str, str]:
    mean, control = MEANS[method, metric], method == "noise"
    known = mean is not None
    verdict = "yes" if (method, metric) in BEATS else "no"
    return {
        "method": method, "title": method.title(), "control": "yes" if control else "no",
        "metric": metric, "category": ABOUT[metric][0], "better": ABOUT[metric][1],
        "mean": str(mean) if known else "nan",
        "low": str(mean - 0.05) if known else "nan",
        "high": str(mean + 0.05) if known else "nan",
        "images": "4" if known else "0",
        "beats_controls": "" if control or not known else verdict,
        "rank": "nan" if control else str(RANKS[method]),
    }  # fmt: skip


@pytest.fixture
def axes():
    figure = draw([cell(*key) for key in MEANS], TITLES, ["focus"])
    yield figure.axes[0]
    plt.close(figure)


def place(axes, text: str) -> tuple[float, float]:
    (found,) = [one for one in axes.texts if one.get_text() == text]
    return found.get_position()


def heading(axes, title: str) -> tuple[float, float]:
    return place(axes, title)


def test_every_mean_stands_in_the_row_of_its_method_and_the_column_of_its_metric(axes):
    heads = {
        "deletion": heading(axes, "Deletion ↓")[0],
        "insertion": heading(axes, "Insertion ↑")[0],
        "mass": heading(axes, "Relevance\nmass ↑")[0],
    }
    for (method, metric), mean in MEANS.items():
        if mean is None:
            continue
        across, down = place(axes, f"{mean:.2f}")
        assert across == heads[metric]
        assert abs(down - place(axes, method.title())[1]) < 0.1
        across, down = place(axes, f"[{mean - 0.05:.2f}, {mean + 0.05:.2f}]")
        assert across == heads[metric]
        assert abs(down - place(axes, method.title())[1]) < 0.1


def test_what_no_control_is_as_good_as_is_black_and_all_else_grey(axes):
    for (method, metric), mean in MEANS.items():
        if mean is None:
            continue
        (text,) = [one for one in axes.texts if one.get_text() == f"{mean:.2f}"]
        expected = "black" if (method, metric) in BEATS else "0.6"
        assert to_rgba(text.get_color()) == to_rgba(expected), (method, metric)


def test_a_method_without_a_score_has_a_dash_there(axes):
    across, down = place(axes, "–")
    assert across == heading(axes, "Relevance\nmass ↑")[0]
    assert abs(down - place(axes, "Shap")[1]) < 0.1


def test_controls_stand_below_the_methods_and_have_no_rank(axes):
    rows = [place(axes, name)[1] for name in ("Lime", "Shap", "Noise")]
    assert rows == sorted(rows) and len(set(rows)) == 3
    (line,) = [
        one for one in axes.lines if len(set(one.get_ydata())) == 1 and one.get_ydata()[0] > 0
    ]
    assert rows[1] < line.get_ydata()[0] < rows[2]
    ranks = [one.get_position()[1] for one in axes.texts if one.get_text() in ("1", "2.5")]
    assert len(ranks) == 4 and max(ranks) < line.get_ydata()[0]


def test_the_foot_tells_the_images_and_what_is_left_out(axes):
    (foot,) = [one.get_text() for one in axes.texts if "interval of the mean" in one.get_text()]
    assert foot.startswith("4 images") and foot.endswith("without masks: no focus")
