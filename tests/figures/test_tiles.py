"""Figures of many tiles: filters, layers, strongest images."""

import numpy as np
import pytest
from asymmetric import drawn

from cnnscope.figures import activations, altered_images, filter_grid, tiles, top_images
from cnnscope.figures.style import save

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
NAMES = ["bread", "egg", "a class with a long name"]
FACTS = {"layer": "cnn.0", "units": "output"}
STYLE = {"format": "png", "dpi": 60}


def draw_all_filters(channels=3):
    details = {
        "filters": np.arange(5),
        "objective_start": np.zeros(5),
        "objective_end": np.array([1.0, 1, 0, 1, 1]),
    }
    return filter_grid.draw(RNG.random((5, 8, 8, channels)), details, FACTS)


def draw_altered(images=IMAGES, facts=FACTS):
    details = {
        "filters": np.arange(2),
        "objective_start": np.zeros((2, 2)),
        "objective_end": np.ones((2, 2)),
    }
    pictures = (images / np.float32(255)).repeat(2, 0).reshape(2, 2, *images.shape[1:])
    return altered_images.draw(images, pictures, details, facts)


def draw_top_images(images=IMAGES, scale=1.0, facts=FACTS):
    details = {
        "filters": np.array([3]),
        "responses": np.ones((1, 2)),
        "positions": np.array([[1, 0]]),
        "labels": np.array([[1, -1]]),
    }
    facts = facts | {"split": "validation", "images": 10}
    maps = scale * RNG.normal(size=(1, 2, 4, 4))
    return top_images.draw(images, maps, details, facts, NAMES, "inferno")


def draw_activations(images=IMAGES, size=4, scale="shared", value=None):
    maps = RNG.normal(size=(2, 20, size, size)) if value is None else np.full((2, 20, 4, 4), value)
    facts = {"layer": "cnn.0", "type": "Conv2d", "dead": [3], "shape": maps.shape}
    figure = activations.draw_layer(images, maps, facts, scale, "viridis")
    overview = activations.draw_overview(images[0], [(maps[0], facts)] * 2, "viridis")
    return figure, overview


@pytest.mark.parametrize("draw", [draw_all_filters, draw_altered, draw_top_images])
def test_every_figure_is_drawn_without_a_warning(tmp_path, draw, recwarn):
    save(draw(), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_map_without_activation_does_not_divide_by_0(tmp_path, recwarn):
    save(draw_top_images(scale=0), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_grey_images_are_drawn(tmp_path):
    grey = IMAGES[..., :1]
    for n, figure in enumerate((draw_all_filters(1), draw_altered(grey), draw_top_images(grey))):
        save(figure, tmp_path / f"{n}.png", STYLE)


@pytest.mark.parametrize("images", [IMAGES, IMAGES[..., :1]])
@pytest.mark.parametrize("size, scale", [(4, "shared"), (4, "own"), (1, "own"), (40, "shared")])
def test_activations_are_drawn_without_a_warning(tmp_path, images, size, scale, recwarn):
    for figure in draw_activations(images, size, scale):
        save(figure, tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_tiles_lie_in_order_with_their_numbers_and_dead_ones_are_crossed_out():
    figure = tiles.canvas(3, 3)
    axes = tiles.place(figure, 0, 0, 3, 3)
    grid = tiles.arrange(5, 1.0)
    shades = np.arange(0, 250, 50, dtype=np.uint8)[:, None, None, None]
    pictures = np.broadcast_to(shades, (5, 8, 8, 3))
    tiles.show_tiles(axes, pictures, grid, [7, 8, 9, 10, 11], [9])
    whole = drawn(axes)
    assert [text.get_text() for text in axes.texts] == ["7", "8", "9", "10", "11"]
    for text, shade in zip(axes.texts, shades.ravel(), strict=True):
        x, y = (round(value) for value in text.get_position())
        assert (whole[y + 8, x + 8] == shade).all()
    (crosses,) = axes.collections
    middle = np.mean([segment.mean(axis=0) for segment in crosses.get_segments()], axis=0)
    assert (whole[round(middle[1]), round(middle[0])] == 100).all()


def test_constant_activations_do_not_divide_by_0(tmp_path, recwarn):
    for value in (0.0, -2.0, 3.0):
        for scale in ("shared", "own"):
            for figure in draw_activations(scale=scale, value=value):
                save(figure, tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize("draw", [draw_altered, draw_top_images])
def test_the_heading_names_the_layer_and_says_what_it_is_where_the_job_has_chosen_it(draw):
    def heading(facts: dict) -> str:
        return draw(facts=facts).get_suptitle()

    chosen = FACTS | {"selector": "last", "role": "last convolution"}
    assert heading(FACTS).startswith("Layer cnn.0: ")
    assert heading(chosen).startswith("Layer cnn.0 (last convolution): ")
