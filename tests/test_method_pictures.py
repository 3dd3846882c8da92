"""The pictures of docs/methods/ show the arrays of the run that they are cut from."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope.planning.methods import declared_methods

ROOT = Path(__file__).parents[1]
# Pixels: of the edge before a map, and of each of its values.
LEFT, TOP, SCALE = 5, 10, 3


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """Pictures of maps of 64 x 64 values: 2 at the top left, -1 at the bottom left, 0 elsewhere."""
    run, folder = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("pictures")
    values = np.zeros((1, 64, 64), np.float32)
    values[0, :16, :16], values[0, 48:, :16] = 2, -1
    (run / "comparisons").mkdir()
    (run / "image_sets").mkdir()
    for name, method in declared_methods().items():
        one = values if method.signed else np.abs(values)
        np.save(run / "comparisons" / f"compare_{name}.npy", one)
    picture = np.zeros((1, 64, 64, 3), np.uint8)
    picture[0, :16, :16, 1] = 200
    np.save(run / "image_sets" / "picture.npy", picture)
    script = ROOT / "docs" / "make_method_pictures.py"
    subprocess.run([sys.executable, str(script), str(run), str(folder)], check=True)
    return folder


def colour(file: Path, row: int, column: int) -> tuple[int, ...]:
    """Of the middle of a value's square."""
    with Image.open(file) as opened:
        pixels = opened.convert("RGB")
    return pixels.getpixel((LEFT + SCALE * column + 1, TOP + SCALE * row + 1))


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """As near as a palette of 256 colours brings it."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 16


def test_a_signed_map_is_white_at_0_and_blue_below(drawn):
    file = drawn / "lrp.png"
    assert near(colour(file, 30, 30), (255, 255, 255))
    assert near(colour(file, 8, 8), (255, 0, 0)), "2, the 99.5th percentile of the sizes"
    assert near(colour(file, 55, 8), (128, 128, 255)), "-1, half way to blue"


def test_another_map_is_black_at_0(drawn):
    file = drawn / "saliency.png"
    assert near(colour(file, 30, 30), (0, 0, 4))
    assert near(colour(file, 8, 8), (252, 255, 164))
    assert near(colour(file, 55, 8), (188, 55, 84)), "half of the largest"


def test_there_is_one_of_each_method_and_of_the_picture_itself(drawn):
    assert {file.stem for file in drawn.iterdir()} == {*declared_methods(), "picture"}
    with Image.open(drawn / "picture.png") as picture:
        assert picture.size == (64 * SCALE, 64 * SCALE)
        assert picture.convert("RGB").getpixel((20, 20)) == (0, 200, 0)
