"""Filters and what they answer, read back from what is drawn: every picture its own."""

import numpy as np
import pytest
from asymmetric import IMAGES, NAMES, drawn, limits, texts

from cnnscope.figures import altered_images, filter_grid, filters, tiles, top_images

RNG = np.random.default_rng(0)
NUMBERS = np.array([9, 2])
BYTES = RNG.integers(0, 256, (2, 6, 8, 3), np.uint8)
# The first filter answers with numbers from 0 to 3, the second with numbers from -30 to 0 and a 7.
ACTIVATIONS = RNG.random((2, 3, 4, 5)) * np.array([1, 2, 3])[:, None, None]
ACTIVATIONS[1] *= -10
ACTIVATIONS[1, 0, 0, 0] = 7
FACTS = {"units": "output"}
OF_IMAGES = np.array([[0.5, 0.25, 0.75], [5, 2.5, 7.5]])


def rows_of(figure) -> list[list]:
    """Axes by row and column, colour bars left out."""
    found = {}
    for axes in figure.axes:
        place = axes.get_subplotspec()
        if place and axes.get_label() != "<colorbar>":
            found.setdefault(place.rowspan.start, {})[place.colspan.start] = axes
    return [[row[n] for n in sorted(row)] for _, row in sorted(found.items())]


def test_each_filter_has_its_picture_and_its_maps_below_the_images():
    details = {
        "filters": NUMBERS, "activations": ACTIVATIONS, "objective_start": np.array([0.1, -3]),
        "objective_end": np.array([4, 50]), "objective_images": OF_IMAGES,
    }  # fmt: skip
    figure = filters.draw(IMAGES, BYTES / 255, details, FACTS, "cnn.0", "viridis")
    top, *rows = rows_of(figure)
    for axes, image in zip(top[1:], IMAGES, strict=True):
        np.testing.assert_array_equal(drawn(axes), image)
    negative, positive = -ACTIVATIONS[1].clip(max=0), ACTIVATIONS[1].clip(min=0)
    scales = [
        (0, np.percentile(ACTIVATIONS[0], 99.5)),
        (-np.percentile(negative, 99.5), np.percentile(positive, 99.5)),
    ]
    rose = ["0.10 → 4.00", "-3.00 → 50.00"]
    for row, (picture, *maps) in enumerate(rows):
        np.testing.assert_array_equal(drawn(picture), BYTES[row])
        assert picture.get_ylabel() == f"filter {NUMBERS[row]}"
        assert picture.get_title() == rose[row]
        for column, axes in enumerate(maps):
            np.testing.assert_array_equal(drawn(axes), ACTIVATIONS[row, column])
            assert limits(axes) == pytest.approx(scales[row])
            assert axes.get_title() == f"{OF_IMAGES[row, column]:.2f}"


def test_every_tile_of_a_layer_has_its_number_and_a_silent_filter_is_crossed_out():
    numbers, shades = np.array([4, 7, 1, 5, 3]), np.array([10, 60, 110, 160, 210])
    pictures = np.broadcast_to(shades[:, None, None, None] / 255, (5, 8, 8, 3))
    end = np.array([1.0, 1, 1, 0.5, 1])
    details = {"filters": numbers, "objective_start": np.full(5, 0.5), "objective_end": end}
    figure = filter_grid.draw(pictures, details, "cnn.0")
    (axes,) = figure.axes
    assert texts(axes) == ["4", "7", "1", "5", "3"]
    for text, shade in zip(axes.texts, shades, strict=True):
        x, y = (round(value) for value in text.get_position())
        assert (drawn(axes)[y + 8, x + 8] == shade).all()
    (crosses,) = axes.collections
    x, y = np.mean([segment.mean(axis=0) for segment in crosses.get_segments()], axis=0).round()
    assert (drawn(axes)[int(y), int(x)] == 160).all()
    assert figure.texts[1].get_text() == "1 crossed out: nothing raised their response"


def test_a_change_is_white_where_it_adds_light_and_black_where_it_takes_some():
    originals = np.full((2, 6, 8, 3), 100, np.uint8)
    # By filter and image, on the same scale: 0, 40 lighter, 100 lighter, 60 darker.
    became = np.array([[100, 140], [200, 40]], np.uint8)
    pictures = np.broadcast_to(became[..., None, None, None] / 255, (2, 2, 6, 8, 3))
    details = {
        "filters": NUMBERS, "objective_start": np.array([[1, 2], [3, 4]]),
        "objective_end": np.array([[5, 6], [7, 8]]),
    }  # fmt: skip
    top, *rows = rows_of(altered_images.draw(originals, pictures, details, FACTS, "cnn.0"))
    assert [axes.get_ylabel() for axes in top] == ["original", ""]
    labels = [row[0].get_ylabel() for row in rows]
    assert labels == ["filter 9", "change", "filter 2", "change"]
    # Grey is 128; 100, the largest, is white or black.
    expected = np.array([[128, 128 + 51], [255, 128 - 76]])
    for n in range(2):
        for column in range(2):
            shown, changed = rows[2 * n][column], rows[2 * n + 1][column]
            assert (drawn(top[column]) == 100).all()
            assert (drawn(shown) == became[n, column]).all()
            start = 1 + 2 * n + column
            assert shown.get_title() == f"{start}.00 → {start + 4}.00"
            assert np.abs(drawn(changed).astype(int) - expected[n, column]).max() <= 1


def test_the_strongest_images_have_their_own_class_position_and_map():
    photographs = np.random.default_rng(1).integers(0, 256, (71, 6, 8, 3), np.uint8)
    maps = RNG.normal(size=(2, 3, 4, 5)) * np.array([1, 50])[:, None, None, None]
    details = {
        "filters": NUMBERS, "responses": np.array([[3, 2, 1], [60, 50, 40]]),
        "positions": np.array([[70, 5, 40], [8, 6, 9]]),
        "labels": np.array([[1, -1, 2], [3, 0, 0]]),
    }  # fmt: skip
    facts = {"layer": "cnn.0", "split": "validation", "images": 80, "units": "output"}
    images = photographs[details["positions"]]
    rows = rows_of(top_images.draw(photographs, maps, details, facts, NAMES, "inferno"))
    titles = [
        ["egg, no. 70\n3.00", "no label, no. 5\n2.00", "soup, no. 40\n1.00"],
        ["rice, no. 8\n60.00", "bread, no. 6\n50.00", "bread, no. 9\n40.00"],
    ]
    for n in range(2):
        shown, laid_over = rows[2 * n : 2 * n + 2]
        assert shown[0].get_ylabel() == f"filter {NUMBERS[n]}"
        low, high = np.median(maps[n]), maps[n].max()
        for column in range(3):
            np.testing.assert_array_equal(drawn(shown[column]), images[n, column])
            assert shown[column].get_title() == titles[n][column]
            below, above = drawn(laid_over[column]), drawn(laid_over[column], 1)
            np.testing.assert_array_equal(below, images[n, column].mean(-1).round())
            np.testing.assert_array_equal(above, maps[n, column])
            assert limits(laid_over[column], 1) == pytest.approx((low, high))
            opacity = laid_over[column].images[1].get_alpha()
            strength = ((maps[n, column] - low) / (high - low)).clip(0, 1)
            np.testing.assert_allclose(opacity, 0.85 * strength)


def test_pictures_side_by_side_keep_their_order():
    maps = np.broadcast_to(np.array([[1, 2], [3, 4]])[..., None, None, None], (2, 2, 32, 32, 3))
    joined = tiles.strips(maps.astype(np.uint8))
    for strip, (left, right) in zip(joined, [(1, 2), (3, 4)], strict=True):
        assert (strip[:, :32] == left).all() and (strip[:, -32:] == right).all()
