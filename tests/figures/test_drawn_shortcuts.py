"""The figure of shortcuts, read back: every picture, map, frame and number in its place."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from cnnscope.figures.shortcuts import draw

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (2, 2, 3, 6, 8, 3), np.uint8)
MAPS = RNG.uniform(-2, 1, (2, 2, 3, 6, 8)).astype(np.float32)
COUNTS = np.array([[3, 1], [2, 3]])
EGG = {
    "class": "egg", "method": "lrp", "named": "yes", "box": [1, 2, 4, 7],
    "inside": 72, "outside": 1, "outstanding": 0.9, "chance": 0.001,
}  # fmt: skip
SOUP = EGG | {"class": "soup", "method": "saliency", "box": [0, 5, 3, 8], "outside": 8}
MOVED = [
    {"class": "soup", "taken_without": "0.5", "taken_with": "0.25"},
    {"class": "egg", "taken_without": "0.01", "taken_with": "0.48"},
]


def figure_of(shown, moved=None):
    return draw(PICTURES, {"maps": MAPS, "counts": COUNTS}, {"shown": shown}, "inferno", moved)


def pictured(figure) -> list:
    """The axes with a picture or map, from above and from the left."""
    axes = [one for one in figure.axes if one.images]
    return sorted(axes, key=lambda one: (-round(one.get_position().y0, 3), one.get_position().x0))


def test_pictures_stand_over_their_maps_cluster_by_cluster():
    axes = pictured(figure_of([EGG, SOUP]))
    expected = [
        kind[number, cluster, at]
        for number in range(2)
        for kind in (PICTURES, np.abs(MAPS))
        for cluster in range(2)
        for at in range(COUNTS[number, cluster])
    ]
    assert len(axes) == len(expected)
    for one, values in zip(axes, expected, strict=True):
        np.testing.assert_array_equal(one.images[0].get_array(), values)


def test_every_map_has_its_own_scale_from_nothing_on():
    axes = pictured(figure_of([EGG, SOUP]))[4:8]
    values = [MAPS[0, 0, 0], MAPS[0, 0, 1], MAPS[0, 0, 2], MAPS[0, 1, 0]]
    for one, map_ in zip(axes, values, strict=True):
        low, high = one.images[0].get_clim()
        assert low == 0 and high == pytest.approx(np.percentile(np.abs(map_), 99.5))


def test_the_place_is_framed_in_pictures_and_maps():
    axes = pictured(figure_of([EGG, SOUP]))
    for number, one in enumerate(axes):
        [frame] = [patch for patch in one.patches if isinstance(patch, Rectangle)]
        top, left, bottom, right = (EGG if number < 8 else SOUP)["box"]
        assert frame.get_xy() == (left - 0.5, top - 0.5)
        assert (frame.get_width(), frame.get_height()) == (right - left, bottom - top)


def test_clusters_are_told_with_their_sizes_and_classes_with_their_chance():
    figure = figure_of([EGG, SOUP], MOVED)
    titles = [one.get_title("left") for one in pictured(figure) if one.get_title("left")]
    assert titles == [
        "more relevance in the frame: 72 images", "less: 1 image",
        "more relevance in the frame: 72 images", "less: 8 images",
    ]  # fmt: skip
    egg, soup = (text.get_text() for one in figure.axes for text in one.texts)
    assert egg.startswith("egg, by lrp: named\n90% of its images")
    assert "in 0.001 of draws" in egg
    assert egg.endswith("1% of other images without the mark, 48% with it")
    assert soup.startswith("soup, by saliency") and "50% of other" in soup and "25% with" in soup
    assert "testing" not in figure_of([EGG, SOUP]).axes[0].texts[0].get_text()


def test_where_no_class_is_named_the_figure_says_so():
    figure = figure_of([EGG | {"named": "no"}])
    assert figure.texts[0].get_text() == "Shortcuts: no class is named"
    assert "the most separated, but not named" in figure.axes[0].texts[0].get_text()
    assert figure_of([EGG]).texts[0].get_text().startswith("Shortcuts: classes known")
    nothing = figure_of([])
    assert pictured(nothing) == []
    assert nothing.texts[0].get_text() == "Shortcuts: too few images to tell, of every class"
