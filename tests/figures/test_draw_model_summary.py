"""The table of layers, from none to hundreds."""

import pytest

from cnnscope.figures.model_summary import _short, draw
from cnnscope.figures.style import save

STYLE = {"format": "png", "dpi": 50}


def summary(layers: int):
    def line(name, kind, output, parameters):
        numbers = {"parameters": str(parameters), "multiply_adds": str(10 * parameters)}
        return {"layer": name, "type": kind, "settings": "", "output": output} | numbers

    lines = [line(f"cnn.{n}", "Conv2d", "4 x 8 x 8", 112) for n in range(layers)]
    lines += [line("", "outside of these", "", 5), line("total", "Net", "3", 112 * layers + 5)]
    return draw(lines, "net", (3, 8, 8))


@pytest.mark.parametrize("layers", [0, 2, 150])
def test_it_is_drawn_without_a_warning(tmp_path, layers, recwarn):
    save(summary(layers), tmp_path / "a.png", STYLE)
    assert [str(warning.message) for warning in recwarn] == []


def test_every_layer_and_the_total_are_written():
    figure = summary(2)
    written = [text.get_text() for text in figure.axes[1].texts]
    assert {"cnn.0", "cnn.1", "outside of these", "total", "229"} <= set(written)
    assert "229 parameters, 2.29 k multiply-adds an image of 3 × 8 × 8" in figure.get_suptitle()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (3584, "3.58 k"), (999_999, "1.00 M"), (17_563_065_600, "17.6 G")],
)
def test_large_numbers_keep_three_digits(number, text):
    assert _short(number) == text
