"""Figures are written the same each time, and survive the extremes of their arrays."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnnscope.errors import UserError
from cnnscope.figures import (
    confusion_matrix,
    filters,
    lime,
    saliency,
    samples,
    shap,
    training_curves,
)
from cnnscope.figures.style import (
    blocks,
    colormap,
    probabilities,
    save,
    show_judged,
    upper_bound,
    verdict,
)

RNG = np.random.default_rng(0)
NAMES = ["bread", "egg", "soup"]
IMAGES = RNG.integers(0, 256, (2, 8, 8, 3), np.uint8)
LOGITS = np.array([[2.0, 0, 0], [0, 1, 3]])
SEEN = {"labels": np.array([0, 1]), "targets": np.array([0, 2]), "logits": LOGITS}
MIXUPS = [{"true": "bread", "predicted": "egg", "count": "1", "rate": "0.5"}]
STYLE = {"format": "png", "dpi": 50}


def draw_saliency(images=IMAGES, scale=1.0):
    maps = RNG.random((len(images), 8, 8)) * scale
    return saliency.draw(images, maps, SEEN, {"units": "logits"}, NAMES, "inferno")


def draw_lime(weights=0.1):
    details = SEEN | {
        "segments": np.repeat([[0, 1]], 32, 0).reshape(1, 8, 8).repeat(2, 0),
        "explained": np.array([[0, 0], [1, 2]]),
        "weights": np.full((2, 2, 3), weights),
        "r2": np.ones((2, 2)),
    }
    return lime.draw(IMAGES, details, np.eye(3, dtype=int), MIXUPS, NAMES, "validation", "Blues")


def draw_shap(scale=1.0):
    details = SEEN | {
        "values": scale * RNG.normal(size=(2, 3, 3, 8, 8)),
        "residual": np.full((2, 3), 1e-6),
        "classes": np.tile(np.arange(3), (2, 1)),
    }
    return shap.draw(IMAGES, details, {"background_images": "4 training images"}, NAMES, "bwr_r")


def draw_filters(images=IMAGES, scale=1.0):
    details = {
        "filters": np.array([1, 4]),
        "activations": scale * RNG.normal(size=(2, len(images), 4, 4)),
        "objective_start": np.zeros(2),
        "objective_end": np.ones(2),
        "objective_images": np.zeros((2, len(images))),
    }
    pictures = RNG.random((2, 8, 8, images.shape[-1]))
    facts = {"layer": "cnn.0", "units": "output"}
    return filters.draw(images, pictures, details, facts, "viridis")


def draw_curves():
    points = [
        {
            "step": step, "epoch": step / 10, "training_loss": 1.0, "training_accuracy": 0.5,
            "validation_loss": 1.0, "validation_accuracy": 0.5,
        }
        for step in (10, 20)
    ]  # fmt: skip
    return training_curves.draw(points, "Training")


def draw_samples():
    facts = {"split": "validation", "positions": [0, 1], "labels": [0, -1], "absent_classes": [2]}
    facts |= {"paths": ["validation/0_1.png", "validation/a/b.png"]}
    empty = {"split": "validation", "positions": [], "labels": [], "empty": "none has a label"}
    return samples.draw({"some": (IMAGES, facts), "none": (IMAGES[:0], empty)}, NAMES)


def draw_confusion():
    return confusion_matrix.draw(np.eye(3, dtype=int), MIXUPS, NAMES, "validation", "Blues")


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_a_figure_drawn_twice_is_the_same_bytes(tmp_path, kind):
    for name in "ab":
        save(draw_confusion(), tmp_path / f"{name}.{kind}", STYLE | {"format": kind})
    first, second = ((tmp_path / f"{name}.{kind}").read_bytes() for name in "ab")
    assert first == second and len(first) > 1000


@pytest.mark.parametrize(
    "draw", [draw_saliency, draw_lime, draw_shap, draw_filters, draw_curves, draw_samples]
)
def test_every_figure_is_drawn_without_a_warning(tmp_path, draw, recwarn):
    save(draw(), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_maps_that_are_constant_do_not_divide_by_0(tmp_path, recwarn):
    for figure in (draw_saliency(scale=0.0), draw_lime(0.0), draw_shap(0.0), draw_filters(scale=0)):
        save(figure, tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []
    assert upper_bound(np.zeros(4), 99) == 1.0


def test_one_hot_pixel_is_still_seen():
    spike = np.zeros(10_000)
    spike[3] = -5.0
    assert upper_bound(spike, 99.0) == 5.0


def test_grey_images_are_drawn_grey(tmp_path):
    save(draw_saliency(IMAGES[..., :1]), tmp_path / "a.png", STYLE)
    save(draw_filters(IMAGES[..., :1]), tmp_path / "b.png", STYLE)


def test_right_and_wrong_are_told_apart_by_more_than_colour():
    logits = np.array([5.0, 0, 0])
    assert verdict(NAMES, 0, logits) == "label: 0  predict: 0\nbread\n✓ bread 99%"
    assert verdict(NAMES, 1, logits) == "label: 1  predict: 0\negg\n✗ bread 99%"
    assert verdict(NAMES, -1, logits) == "predict: 0\nbread 99%"
    frames = []
    for label in (0, 1):
        axes = plt.figure().subplots()
        show_judged(axes, IMAGES[0], NAMES, label, logits)
        frames.append(axes.spines["left"].get_linestyle())
    assert frames[0] == "-" != frames[1]


def test_lime_shows_a_class_once_and_skips_unknown_ones():
    assert lime._shown(np.array([2, 2])) == [0]
    assert lime._shown(np.array([-1, 1])) == [1]
    assert lime._shown(np.array([0, 1, 2])) == [0, 1, 2]


def test_lime_puts_images_with_as_many_classes_to_show_side_by_side():
    assert lime._runs([1, 2, 1]) == [[0, 2], [1]]
    assert lime._runs([1] * 9) == [[0, 1, 2, 3, 4], [5, 6, 7, 8]]


def test_lime_lists_as_many_mix_ups_as_find_room():
    assert lime._listed(MIXUPS, 1.0)[1:] == ["bread taken for egg: 1 image, 50% of its class"]
    assert len(lime._listed(MIXUPS * 8, 1.1)) == 1 + 3
    assert lime._listed(MIXUPS, 0.5) == lime._listed([], 9.0) == []


def test_the_matrix_lists_its_mix_ups_in_words_that_fit_the_count():
    listed = [text.get_text() for text in draw_confusion().axes[1].texts]
    assert listed == [
        "Most frequent mix-ups\n\nbread\n  taken for egg\n  1 image, 50% of its class\n"
    ]


def test_superpixel_borders_lie_where_neighbours_differ():
    borders = lime._borders(np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]]))
    assert borders.tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 0]]


def test_softmax_of_large_logits():
    assert probabilities(np.array([[1000.0, 1000.0]])).tolist() == [[0.5, 0.5]]


def test_blocks_are_even_and_complete():
    assert [list(run) for run in blocks(7, 6)] == [[0, 1, 2, 3], [4, 5, 6]]
    assert [list(run) for run in blocks(6, 6)] == [[0, 1, 2, 3, 4, 5]]
    assert blocks(0, 6) == []


def test_an_image_set_says_which_classes_it_lacks_and_why_it_is_empty():
    def described(count, **facts):
        return samples._described(count, {"split": "validation"} | facts, NAMES)

    assert described(2, absent_classes=[]) == "validation, 2 images"
    assert described(1, absent_classes=[2, 0]) == "validation, 1 image; none of soup, bread"
    many = described(2, absent_classes=list(range(6)))
    assert many == "validation, 2 images; none of bread, egg, soup, 3 more classes"
    assert described(0, empty="none is wrong") == "empty: none is wrong"


def draw_by_hand():
    figure = plt.figure(figsize=(2, 2))
    figure.add_axes((0, 0, 1, 1))
    return figure


@pytest.mark.parametrize("draw", [draw_saliency, draw_by_hand])
def test_lines_below_a_figure_lie_on_the_page(tmp_path, draw):
    heights = []
    for lines in ([], ["image set a is empty", "image set b is empty"]):
        save(draw(), tmp_path / "a.png", STYLE, lines)
        heights.append(plt.imread(tmp_path / "a.png").shape[0])
    assert heights[1] > heights[0] + 0.15 * STYLE["dpi"]


def test_an_unknown_colour_map_is_named():
    with pytest.raises(UserError, match="matplotlib knows no 'infreno'"):
        colormap("infreno")
