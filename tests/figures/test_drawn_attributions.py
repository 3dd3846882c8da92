"""Saliency, SHAP and LIME, read back from what is drawn: every image its own, every sign right."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from asymmetric import (
    COUNTS,
    IMAGES,
    JUDGED,
    LABELS,
    LOGITS,
    MIXUPS,
    NAMES,
    drawn,
    limits,
    shades,
    texts,
)

from cnnscope.figures import lime, saliency, shap

RNG = np.random.default_rng(0)
SEEN = {"labels": LABELS, "targets": np.array([1, 3, 0]), "logits": LOGITS}
RIGHT, WRONG = "#2f7d4f", "#c2524a"


def titled(figure, title: str):
    (axes,) = [axes for axes in figure.axes if axes.get_title() == title]
    return axes


@pytest.mark.parametrize("draw", ["saliency", "shap", "lime"])
def test_each_image_stands_under_its_own_verdict_in_its_frame(draw):
    figure = {"saliency": draw_saliency, "shap": draw_shap, "lime": draw_lime}[draw]()
    for image, verdict, colour in zip(IMAGES, JUDGED, (RIGHT, WRONG, None), strict=True):
        axes = titled(figure, verdict)
        np.testing.assert_array_equal(drawn(axes), image)
        if colour:
            assert {spine.get_edgecolor() for spine in axes.spines.values()} == {
                plt.matplotlib.colors.to_rgba(colour)
            }


# Largest 1, 10 and 100: no two images have the same scale.
MAPS = RNG.random((3, 6, 8)) * np.array([1, 10, 100])[:, None, None]


def draw_saliency():
    return saliency.draw(IMAGES, MAPS, SEEN, {"units": "logits"}, NAMES, "inferno")


def test_each_saliency_map_lies_below_its_image_on_its_own_scale():
    figure = draw_saliency()
    for place, (one, name) in enumerate(zip(MAPS, ["egg", "rice", "bread"], strict=True)):
        upper, lower = figure.axes[place], figure.axes[3 + place]
        assert upper.get_title() == JUDGED[place]
        np.testing.assert_array_equal(drawn(lower), one)
        bound = np.percentile(one, 99.5)
        assert limits(lower) == (0, pytest.approx(bound))
        assert lower.images[0].cmap.name == "inferno"
        assert lower.get_title() == f"{name}: 1.0 = {bound:.2g}"


# Image by class by channel: both signs, sizes 1, 2, 4, 8 by class and 1, 10, 100 by image.
VALUES = RNG.normal(size=(3, 4, 3, 6, 8))
VALUES *= np.array([1, 2, 4, 8])[:, None, None, None]
VALUES *= np.array([1, 10, 100])[:, None, None, None, None]
TOLD = [["10%", "20%", "60%", "10%"], ["15%", "70%", "5%", "10%"], ["30%", "10%", "10%", "50%"]]
RESIDUAL = np.array([[1, 2, 9, 3], [4, 1, 1, 1], [1, 1, 1, 6]]) * 1e-6


SHAP = {"classes": np.tile(np.arange(4), (3, 1)), "values": VALUES, "residual": RESIDUAL}


def draw_shap(colours: str = "bwr"):
    return shap.draw(IMAGES, SEEN | SHAP, NAMES, colours)


def test_the_title_names_the_colours_that_are_there():
    assert "red speaks for the class of the column, blue" in draw_shap().get_suptitle()
    assert "above 0 speaks for the class of the column, below 0" in draw_shap("PuOr").get_suptitle()


def test_shap_values_keep_their_sign_on_one_symmetric_scale_a_row():
    figure = draw_shap()
    for row in range(3):
        judged, *columns = figure.axes[5 * row : 5 * row + 5]
        assert judged.get_title() == JUDGED[row]
        assert judged.get_xlabel() == f"residual {RESIDUAL[row].max():.0e}"
        summed = VALUES[row].sum(1)
        bound = np.percentile(np.abs(summed), 99.7)
        for number, axes in enumerate(columns):
            np.testing.assert_allclose(drawn(axes, 1), summed[number])
            assert limits(axes, 1) == (pytest.approx(-bound), pytest.approx(bound))
            faded = 255 - (255 - IMAGES[row].mean(-1)) / 4
            np.testing.assert_allclose(drawn(axes, 0), faded)
            assert axes.get_title() == f"{NAMES[number]}\n{TOLD[row][number]}"


LONG = [f"long-haired {number} of the northern and the southern forests" for number in range(1000)]


def draw_some(residual: np.ndarray = RESIDUAL, more=()):
    """Of 1,000 classes the likeliest two of the first image, one of the second, three of the third.

    Their names have 54 letters and more.
    """
    rng = np.random.default_rng(1)
    classes = np.array([[700, 3, -1], [999, -1, -1], [5, 999, 20]])
    logits = rng.normal(size=(3, 1000))
    np.put_along_axis(logits, np.where(classes < 0, classes[:, :1], classes), 7.0, 1)
    values = np.where((classes < 0)[..., None, None, None], np.nan, VALUES[:, :3])
    details = {"labels": np.array([700, 3, -1]), "logits": logits, "classes": classes}
    details |= {"values": values, "residual": np.where(classes < 0, np.nan, residual[:, :3])}
    return shap.draw(IMAGES, details | dict(more), LONG, "bwr"), details


def test_of_a_thousand_classes_those_asked_for_have_a_column_each_with_name_and_share():
    figure, details = draw_some()
    shares = np.exp(details["logits"]) / np.exp(details["logits"]).sum(1, keepdims=True)
    for row, classes in enumerate(details["classes"]):
        bound = np.percentile(np.abs(details["values"][row].sum(1)[classes >= 0]), 99.7)
        for column, number in enumerate(classes):
            axes = figure.axes[4 * row + 1 + column]
            if number < 0:
                assert not axes.axison and not axes.images and not axes.get_title()
                continue
            *name, share = axes.get_title().split("\n")
            assert " ".join(name).startswith(f"long-haired {number} of the northern")
            assert len(name) <= 3 and max(map(len, name)) <= 18
            assert share == f"{shares[row, number]:.0%}"
            np.testing.assert_allclose(drawn(axes, 1), details["values"][row, column].sum(0))
            assert limits(axes, 1) == (pytest.approx(-bound), pytest.approx(bound))


def test_no_title_of_long_names_lies_over_another():
    figure, _ = draw_some()
    figure.draw_without_rendering()
    titles = [axes.title.get_window_extent() for axes in figure.axes if axes.get_title()]
    assert len(titles) == 9
    for place, box in enumerate(titles):
        assert not any(box.overlaps(other) for other in titles[place + 1 :])


def test_a_share_below_half_a_percent_is_no_zero():
    logits = np.log([[0.996, 0.004, 1e-300, 1e-300]])
    details = SHAP | {"labels": LABELS, "logits": logits}
    figure = shap.draw(IMAGES[:1], details, NAMES, "bwr")
    assert [axes.get_title().split("\n")[-1] for axes in figure.axes[1:3]] == ["100%", "<1%"]


@pytest.mark.parametrize(
    ("more", "helps"),
    [
        ({}, "set shap.engine to expected_gradients"),
        ({"residual_error": RESIDUAL}, "raise shap.samples"),
    ],
)
@pytest.mark.parametrize("missed", [0.234, np.nan])
def test_maps_that_do_not_add_up_are_not_drawn_and_a_sentence_says_what_helps(missed, more, helps):
    residual = RESIDUAL.copy()
    residual[2, 1] = missed
    figure, _ = draw_some(residual, more)
    image, *columns = figure.axes[8:12]
    np.testing.assert_array_equal(drawn(image), IMAGES[2])
    assert not any(axes.images for axes in columns)
    (sentence,) = [text for axes in columns for text in texts(axes)]
    said = sentence.replace("\n", " ")
    assert "Not drawn: the values miss the change of the scores" in said and helps in said
    assert ("by 23% of it, more than 10%" in said) == (missed == 0.234)
    assert len(figure.axes[1].images) == 2, "the first row is drawn"
    assert len([axes for axes in figure.axes if axes.get_ylabel() == "SHAP value (logit)"]) == 2
    figure.draw_without_rendering()
    (box,) = [text.get_window_extent() for axes in columns for text in axes.texts]
    assert box.x1 <= figure.bbox.x1 and box.y0 >= 0


def test_red_is_what_speaks_for_a_class_and_blue_what_speaks_against_it():
    values = np.zeros((1, 2, 1, 2, 2))
    values[0, :, 0, 0] = [[1.0, -1.0], [-0.5, 0.5]]
    details = {"labels": LABELS, "logits": LOGITS[:, :2], "values": values}
    details |= {"residual": RESIDUAL[:1, :2], "classes": np.array([[0, 1]])}
    figure = shap.draw(IMAGES[:1, :2, :2], details, NAMES, "bwr")
    assert "red speaks for the class of the column, blue against it" in figure.get_suptitle()
    first, second = (shades(axes, 1)[0] for axes in figure.axes[1:3])
    for red, blue in ((first[0], first[1]), (second[1], second[0])):
        assert red[0] > red[2] and blue[2] > blue[0]
    white = shades(figure.axes[1], 1)[1]
    np.testing.assert_allclose(white, 1, atol=0.01)


# The true class and the predicted one, where it is another; superpixels of 2, 1 and 5 columns, the
# second image's the other way round.
SEGMENTS = np.repeat(np.repeat([0, 1, 2], [2, 1, 5])[None, None], 6, 1).repeat(3, 0)
SEGMENTS[1] = SEGMENTS[1, :, ::-1]
EXPLAINED = np.array([[2, 2], [0, 1], [-1, 3]])
WEIGHTS = np.array(
    [
        [[0.4, -0.2, 0.1], [9, 9, 9]],
        [[-0.05, 0.1, 0.02], [0.3, -0.6, 0.15]],
        [[np.nan] * 3, [-0.8, 0.2, np.nan]],
    ]
)
R2 = np.array([[0.11, 9], [0.22, 0.33], [np.nan, 0.44]])
FOR, AGAINST = np.array([0.1, 0.85, 0.2]), np.array([0.15, 0.3, 1.0])


def draw_lime():
    details = SEEN | {
        "segments": SEGMENTS, "explained": EXPLAINED, "weights": WEIGHTS, "r2": R2,
    }  # fmt: skip
    return lime.draw(IMAGES, details, COUNTS, MIXUPS, NAMES, "validation", "Blues")


@pytest.mark.parametrize(
    ("title", "image", "weights"),
    [
        ("soup\nR² 0.11, max 0.4", 0, [0.4, -0.2, 0.1]),
        ("bread\nR² 0.22, max 0.1", 1, [-0.05, 0.1, 0.02]),
        ("egg\nR² 0.33, max 0.6", 1, [0.3, -0.6, 0.15]),
        ("rice\nR² 0.44, max 0.8", 2, [-0.8, 0.2, 0]),
    ],
    ids=["true", "true of two", "predicted of two", "predicted"],
)
def test_lime_paints_a_superpixel_in_the_colour_of_its_sign_as_strong_as_its_weight(
    title, image, weights
):
    # Four pixels a pixel; the first of them lies on no border.
    picture = drawn(titled(draw_lime(), title))[::4, ::4]
    weight = np.array(weights)[SEGMENTS[image]][..., None]
    opacity = 0.75 * np.abs(weight) / np.abs(weights).max()
    grey = IMAGES[image].mean(-1, keepdims=True) / 255 * 0.75 + 0.2
    expected = (1 - opacity) * grey + opacity * np.where(weight > 0, FOR, AGAINST)
    np.testing.assert_allclose(picture, expected.clip(0, 1))


def test_lime_shows_the_classes_of_an_image_below_it_and_says_what_its_colours_mean():
    figure = draw_lime()
    columns = {0: {}, 1: {}}
    for axes in figure.axes:
        if axes.images and axes.get_title():
            place = axes.get_subplotspec()
            first_line = axes.get_title().split("\n")[0]
            columns[place.colspan.start][place.rowspan.start] = first_line
    judged = [verdict.split("\n")[0] for verdict in JUDGED]
    assert columns[0] == {0: judged[0], 1: "soup", 2: judged[1], 3: "bread", 4: "egg"}
    assert columns[1] == {0: judged[2], 1: "rice"}
    (legend,) = figure.subfigs[0].legends
    meant = zip(legend.get_texts(), legend.get_patches(), strict=True)
    assert {text.get_text(): patch.get_facecolor()[:3] for text, patch in meant} == {
        "for the class": tuple(FOR), "against it": tuple(AGAINST),
    }  # fmt: skip


def test_the_matrix_beside_lime_is_that_of_all_images():
    (matrix,) = [axes for axes in draw_lime().axes if axes.get_xlabel() == "predicted"]
    np.testing.assert_allclose(drawn(matrix), COUNTS / COUNTS.sum(1, keepdims=True))
