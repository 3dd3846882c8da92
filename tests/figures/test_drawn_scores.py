"""The figure of a metric: every number where it belongs."""

import pytest

from cnnscope.figures.scores import draw

ROWS = [
    {"method": method, "score": str(score)}
    for method, scores in {"lime": [0.1, 0.4], "saliency": [0.5, 0.9, 0.7]}.items()
    for score in scores
]
MEANS = {
    "lime": {"mean": 0.25, "low": 0.1, "high": 0.4, "images": 2},
    "saliency": {"mean": 0.7, "low": 0.55, "high": 0.85, "images": 3},
}


@pytest.mark.parametrize(("better", "above"), [("lower", "lime (2)"), ("higher", "saliency (3)")])
def test_the_best_method_stands_above_and_each_has_its_own_dots_mean_and_interval(better, above):
    facts = {"better": better, "units": "area", "interval": 0.95, "methods": MEANS}
    axes = draw(ROWS, facts, "Deletion").axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == above
    lines = [(list(line.get_xdata()), set(line.get_ydata())) for line in axes.lines]
    for place, label in enumerate(labels):
        method = label.split()[0]
        dots = [float(row["score"]) for row in ROWS if row["method"] == method]
        mean, low, high = (MEANS[method][key] for key in ("mean", "low", "high"))
        for expected in (dots, [low, high], [mean]):
            assert (expected, {place}) in lines
        assert f"{mean:.3f}" in [text.get_text() for text in axes.texts]
    assert axes.get_xlabel() == f"area ({better} is better)"
