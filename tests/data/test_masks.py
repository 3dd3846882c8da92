"""Masks stay on the object, whatever becomes of the photograph."""

import os

import numpy as np
import pytest
from hostile_folder import bomb
from PIL import Image

from cnnscope.data.decode import decode_image
from cnnscope.data.mask_names import mask_name
from cnnscope.data.masks import decode_masks, mask_file
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.data.source import Source

HOW = Preprocessing(16, 3)
FITS = [
    Preprocessing(16, 3),
    Preprocessing(16, 3, interpolation="bicubic"),
    Preprocessing(16, 3, antialias=False),
    Preprocessing(15, 1, interpolation="nearest"),
    Preprocessing(16, 3, "crop", 20),
    Preprocessing(16, 3, "crop", 12),
    Preprocessing(17, 1, "crop", interpolation="lanczos"),
    Preprocessing(16, 3, "pad", fill=(0, 0, 0)),
    Preprocessing(16, 1, "pad", interpolation="bicubic", antialias=False, fill=(0,)),
]


def blob(width: int, height: int) -> np.ndarray:
    """Neither in the middle nor symmetric, with a hole and a slanting edge."""
    down, across = np.mgrid[:height, :width]
    shown = (across > width * 0.3) & (down + across / 2 < height * 0.8)
    shown[height // 3 : height // 2, width // 2 : width * 2 // 3] = False
    return shown


def write(file, shown: np.ndarray):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.uint8(255) * shown).save(file, format="png")
    return file


def decoded(files, how=HOW, said=None) -> np.ndarray:
    said = [] if said is None else said
    return decode_masks(files, how, workers=2, log=said.append)


@pytest.mark.parametrize("how", FITS, ids=str)
@pytest.mark.parametrize("measures", [(60, 40), (31, 53), (16, 16), (9, 7)])
def test_a_mask_that_is_drawn_as_its_image_is_the_image_where_that_is_half_white(
    tmp_path, how, measures
):
    file = write(tmp_path / "a.png", blob(*measures))
    image, _ = decode_image(file, how)
    (mask,) = decoded([file], how)
    np.testing.assert_array_equal(mask, image[..., 0] >= 127.5)
    assert mask.any() and not mask.all()


def test_a_mask_is_cut_at_half_of_a_pixel_by_its_area(tmp_path):
    """A vertical edge 0 to 8 of 8 pixels within a pixel of the square."""
    files = [
        write(tmp_path / f"{edge}.png", np.arange(64)[None].repeat(64, 0) < 24 + edge)
        for edge in (0, 3, 5, 8)
    ]
    counts = decoded(files, Preprocessing(8, 3))[:, 4].sum(1)
    assert counts.tolist() == [3, 3, 4, 4]


def test_a_mask_of_another_size_and_the_same_proportions_is_the_same(tmp_path):
    small = blob(20, 30)
    files = [write(tmp_path / "small.png", small)]
    files.append(write(tmp_path / "large.png", small.repeat(6, 0).repeat(6, 1)))
    for how in (HOW, Preprocessing(16, 3, "crop"), Preprocessing(16, 3, "pad")):
        one, other = decoded(files, how)
        assert (one != other).mean() < 0.02


@pytest.mark.parametrize("fill", [(255, 255, 255), (0, 0, 0)])
def test_around_a_padded_or_cut_image_there_is_no_object_whatever_its_colour(tmp_path, fill):
    file = write(tmp_path / "a.png", np.ones((20, 40), bool))
    (padded,) = decoded([file], Preprocessing(16, 3, "pad", fill=fill))
    assert padded[4:12].all() and not padded[:4].any() and not padded[12:].any()
    (cut,) = decoded([file], Preprocessing(16, 3, "crop", 8))
    assert cut[4:12].all() and cut.sum() == 8 * 16


def test_what_is_missing_damaged_or_black_has_no_object_and_the_log_says_so(tmp_path):
    good, black = write(tmp_path / "a.png", blob(9, 7)), tmp_path / "black.png"
    write(black, np.zeros((5, 5), bool))
    damaged = {"cut": good.read_bytes()[:50], "text": b"no picture", "bomb": bomb(60_000, 60_000)}
    for name, content in damaged.items():
        (tmp_path / f"{name}.png").write_bytes(content)
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "self.png").symlink_to("self.png")
    bad = [tmp_path / f"{name}.png" for name in (*damaged, "pipe", "folder", "self")]
    said: list[str] = []
    missing = [tmp_path / "none.png", tmp_path / "nowhere" / "a.png", tmp_path / ("x" * 300)]
    masks = decoded([good, *bad, *missing, black, good], said=said)
    assert masks.any((1, 2)).tolist() == [True, *[False] * 10, True]
    assert (
        said.pop()
        == "masks of 3 of 12 images; 3 have none, 6 cannot be read, 1 are not white anywhere"
    )
    assert [line.partition(":")[0] for line in said] == [f"skipped {str(one)!r}" for one in bad]
    assert "a named pipe" in said[3]


def test_no_image_has_no_mask():
    assert decoded([]).shape == (0, 16, 16)


def test_a_mask_has_the_name_of_its_image_with_another_ending(tmp_path):
    assert mask_name("0_3.jpg") == "0_3.png"
    assert mask_name("apple/a.b.JPEG") == "apple/a.b.png"
    assert mask_name("line 12") == "line 12.png"
    folders = Source(tmp_path, "folders")
    assert mask_file(folders, "training/apple/1.jpg") == tmp_path / "training/apple/1.png"
    pictures = Source(tmp_path, "pictures")
    assert mask_file(pictures, "pictures/deep/1.webp") == tmp_path / "deep/1.png"
