"""The figures of methods that hide parts of images say how much there was to explain."""

import numpy as np
import pytest
from asymmetric import IMAGES, LABELS, LOGITS, NAMES

from cnnscope.figures import lime, maps

SEEN = {"labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS}
MUCH = {"whole": np.array([0.9, 0.5, 0.004]), "hidden": np.array([0.1, 0.75, 0.0])}
LITTLE = MUCH | {"hidden": np.array([0.85, 0.6, 0.1])}


def draw_maps(ends):
    values = np.random.default_rng(0).random((3, 6, 8))
    facts = {"units": "probability"}
    return maps.draw(IMAGES, values, SEEN | ends, facts, NAMES, "bwr", signed=True, title="RISE")


def draw_lime(ends):
    details = SEEN | ends | {
        "segments": np.zeros((3, 6, 8), int), "weights": np.full((3, 2, 1), 0.25),
        "r2": np.ones((3, 2)), "explained": np.array([[2, 1], [3, 2], [0, 0]]),
    }  # fmt: skip
    return lime.draw(IMAGES, details, None, None, NAMES, "validation", "Blues")


def test_the_probabilities_stand_over_a_map():
    titles = [axes.get_title() for axes in draw_maps(MUCH).axes[3:6]]
    assert [title.splitlines()[1] for title in titles] == [
        "p 0.90 → 0.10 all hidden", "p 0.50 → 0.75 all hidden", "p 0.00 → 0.00 all hidden",
    ]  # fmt: skip


def test_lime_says_them_of_the_target_alone():
    figure = draw_lime(MUCH)
    titles = [axes.get_title() for axes in figure.axes]
    for name, line in [(NAMES[1], "\np 0.90 → 0.10 all hidden"), (NAMES[2], "")]:
        assert f"{name}\nR² 1.00, max 0.25{line}" in titles


@pytest.mark.parametrize("draw", [draw_maps, draw_lime])
def test_maps_of_images_whose_hiding_changes_little_are_said_to_explain_little(draw):
    def said(figure) -> str:
        texts = [figure.get_supxlabel()]
        texts += [legend.get_title().get_text() for legend in figure.legends]
        for part in figure.subfigs:
            texts += [legend.get_title().get_text() for legend in part.legends]
        return "\n".join(texts)

    # Of 0.05, 0.1 and 0.096 the mean is 0.082, and without their signs alone.
    assert "by 0.08 in the mean: these maps explain little" in said(draw(LITTLE))
    assert "explain" not in said(draw(MUCH)) + said(draw({}))
