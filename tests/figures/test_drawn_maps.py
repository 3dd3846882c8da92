"""The figure of a method that has none of its own, read back."""

import numpy as np
import pytest
from asymmetric import IMAGES, LABELS, LOGITS, NAMES, drawn, limits

from cnnscope.figures import maps

# Largest 1, 10 and 100 without their signs, and no image with as much above 0 as below.
SIGNED = (
    np.random.default_rng(0).uniform(-1, 0.3, (3, 6, 8)) * np.array([1, 10, 100])[:, None, None]
)


@pytest.mark.parametrize(("signed", "least"), [(True, -1), (False, 0)])
def test_signed_maps_have_zero_in_the_middle_and_others_at_the_end(signed, least):
    seen = {"labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS}
    values = SIGNED if signed else np.abs(SIGNED)
    figure = maps.draw(
        IMAGES, values, seen, {"units": "logits a step"}, NAMES, "bwr",
        signed=signed, title="A method",
    )  # fmt: skip
    for place, name in enumerate(["egg", "rice", "bread"]):
        axes = figure.axes[3 + place]
        bound = np.percentile(np.abs(values[place]), 99.5)
        np.testing.assert_array_equal(drawn(axes), values[place])
        assert limits(axes) == (pytest.approx(least * bound), pytest.approx(bound))
        assert axes.get_title() == f"{name}: 1.0 = {bound:.2g}"
    bar = figure.axes[6]
    assert bar.get_ylim() == (least, 1) and bar.get_ylabel() == "attribution to the named class"
    assert figure.get_suptitle() == "A method"
    assert figure.get_supxlabel() == "1.0 of each map is given above it, in logits a step"


@pytest.mark.parametrize(
    ("role", "said"), [({}, "layer 4"), ({"role": "last, 2 x 2"}, "layer 4 (last, 2 x 2)")]
)
def test_maps_of_a_layer_name_it(role, said):
    seen = {"labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS}
    facts = {"units": "logits", "layer": "4"} | role
    figure = maps.draw(
        IMAGES, abs(SIGNED), seen, facts, NAMES, "inferno", signed=False, title="A method"
    )
    assert figure.get_supxlabel().splitlines()[1] == said


def test_a_residual_stands_above_its_map_and_a_large_one_in_words_below():
    seen = {
        "labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS,
        "residual": np.array([0.003, 0.34, np.nan]), "bias_share": np.array([0.1, -0.25, 0]),
    }  # fmt: skip
    draw = {"names": NAMES, "colours": "bwr", "signed": True, "title": "A method"}
    figure = maps.draw(IMAGES, SIGNED, seen, {"units": "logits"}, **draw)
    first, second, third = (axes.get_title().split("\n")[1:] for axes in figure.axes[3:6])
    assert first == ["residual 0.3%", "biases took 10%"]
    assert second == ["residual 34.0%", "biases took -25%", "do not rely on it"]
    assert third[-1] == "do not rely on it"
    assert "2 of 3 maps miss more than 10%" in figure.get_supxlabel()

    few = maps.draw(
        IMAGES[:1], SIGNED, {**seen, "bias_share": seen["residual"]}, {"units": "1"}, **draw
    )
    assert "miss" not in few.get_supxlabel()
    del seen["bias_share"]
    figure = maps.draw(IMAGES, SIGNED, seen, {"units": "logits"}, **draw)
    assert figure.axes[3].get_title().endswith("\nresidual 0.3%")


def test_maps_whose_differences_alone_mean_something_begin_at_their_least_value():
    seen = {"labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS}
    values = 1 + np.abs(SIGNED)
    figure = maps.draw(
        IMAGES, values, seen, {"units": "probability"}, NAMES, "inferno",
        signed=False, relative=True, title="A method",
    )  # fmt: skip
    for place in range(3):
        least, bound = values[place].min(), np.percentile(values[place], 99.5)
        assert limits(figure.axes[3 + place]) == (pytest.approx(least), pytest.approx(bound))
        assert figure.axes[3 + place].get_title().endswith(f": {least:.2g} to {bound:.2g}")
    assert figure.get_supxlabel() == "0.0 and 1.0 of each map are given above it, in probability"
