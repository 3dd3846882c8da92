"""Maps of channels and layers, read back from what is drawn: every tile its own channel."""

import numpy as np
import pytest
from asymmetric import IMAGES, drawn, texts

from cnnscope.figures import activations
from cnnscope.figures.style import colormap
from cnnscope.figures.tiles import strips

# Images by channels, each map of one value: channel c of image n is 10 c + 100 n.
VALUES = 10.0 * np.arange(6) + 100.0 * np.arange(3)[:, None]
MAPS = np.broadcast_to(VALUES[..., None, None], (3, 6, 32, 32))


def shade(share: float) -> list[int]:
    return list(colormap("viridis")(share, bytes=True)[:3])


def draw_layer(scale: str):
    facts = {"layer": "cnn.2", "type": "PReLU", "dead": [4], "shape": MAPS.shape}
    return activations.draw_layer(IMAGES, MAPS, facts, scale, "viridis")


@pytest.mark.parametrize("scale", ["shared", "own"])
def test_a_tile_holds_the_maps_of_its_channel_for_the_images_in_their_order(scale):
    figure = draw_layer(scale)
    top, axes, bar = figure.axes
    np.testing.assert_array_equal(drawn(top), strips(IMAGES[None])[0])
    assert texts(axes) == list("012345")
    whole = drawn(axes)
    for channel, text in enumerate(axes.texts):
        left, above = (round(value) for value in text.get_position())
        for image in range(3):
            # Three maps of 32 pixels with gaps of two.
            x, y = left + 34 * image + 16, above + 16
            of_layer, of_channel = VALUES[image, channel] / 250, image / 2
            wanted = shade(of_layer if scale == "shared" else of_channel)
            assert whole[y, x].tolist() == pytest.approx(wanted, abs=1)
    assert bar.get_ylim() == ((0, 250) if scale == "shared" else (0, 1))
    assert [text.get_color() for text in axes.texts].index("tab:red") == 4
    assert "1 of 6 channels dead" in figure.texts[1].get_text()


def test_the_overview_has_a_strip_a_layer_with_its_name_beside_it():
    first = MAPS[0], {"layer": "cnn.0", "type": "Conv2d", "dead": [], "shape": MAPS.shape}
    second = MAPS[1, :2], {"layer": "fc", "type": "Linear", "dead": [1], "shape": (1, 2, 32, 32)}
    figure = activations.draw_overview(IMAGES[1], [first, second], "viridis")
    top, axes = figure.axes
    # Each of its pixels is repeated six times.
    np.testing.assert_array_equal(drawn(top)[::6, ::6], IMAGES[1])
    said = ["cnn.0\nConv2d, 6 x 32 x 32", "fc\nLinear, 2 x 32 x 32, 1 dead"]
    assert texts(axes) == said
    assert axes.texts[0].get_position()[1] < axes.texts[1].get_position()[1]
    # Tiles of 64 pixels, four between them, eight between layers.
    row, whole = (32, 104), drawn(axes)
    for channel in range(6):
        wanted = shade(channel / 5)
        assert whole[row[0], 68 * channel + 32].tolist() == pytest.approx(wanted, abs=1)
    # The second layer, from 0 to 110, has two channels, and white behind them.
    for place, wanted in ((0, shade(100 / 110)), (1, shade(1.0)), (2, [255] * 3)):
        assert whole[row[1], 68 * place + 32].tolist() == pytest.approx(wanted, abs=1)
