from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope.data.decode import decode_image, decode_split
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.errors import UserError


def saved(tmp_path: Path, image: Image.Image, name: str, **options) -> Path:
    image.save(tmp_path / name, **options)
    return tmp_path / name


def pixel(file: Path, channels: int = 3) -> list[int]:
    image, _ = decode_image(file, Preprocessing(8, channels))
    return image[4, 4].tolist()


def test_grey_becomes_colour_and_colour_grey(tmp_path):
    grey = saved(tmp_path, Image.new("L", (8, 8), 90), "g.png")
    assert pixel(grey) == [90, 90, 90]
    red = saved(tmp_path, Image.new("RGB", (8, 8), (255, 0, 0)), "r.png")
    assert pixel(red, channels=1) == [76]  # ITU-R 601: 0.299 of 255


def test_sixteen_bits_are_scaled_not_clipped(tmp_path):
    deep = Image.fromarray(np.full((8, 8), 32896, np.uint16))
    assert pixel(saved(tmp_path, deep, "d.png")) == [128, 128, 128]


def test_transparency_is_laid_on_white(tmp_path):
    clear = saved(tmp_path, Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "a.png")
    assert pixel(clear) == [255, 255, 255]
    half = saved(tmp_path, Image.new("LA", (8, 8), (0, 128)), "la.png")
    assert pixel(half) == [127, 127, 127]


def test_palette_with_a_transparent_entry(tmp_path):
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 10, 200, 30])
    assert pixel(saved(tmp_path, image, "p.png")) == [10, 200, 30]
    assert pixel(saved(tmp_path, image, "t.png", transparency=1)) == [255, 255, 255]


def test_cmyk_becomes_colour(tmp_path):
    cyan = saved(tmp_path, Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "c.tif")
    assert pixel(cyan) == [0, 255, 255]


def test_exif_rotation_is_undone_and_the_size_is_the_upright_one(tmp_path):
    image = Image.new("RGB", (16, 8), "black")
    image.paste("white", (0, 0, 8, 8))  # the left half
    exif = Image.Exif()
    exif[0x0112] = 6  # show me turned a quarter to the right
    upright, size = decode_image(saved(tmp_path, image, "e.png", exif=exif), Preprocessing(8, 3))
    assert size == (8, 16)
    assert upright[1].mean() > 250 and upright[6].mean() < 5, "left has become top"


def test_a_large_jpeg_decoded_at_reduced_size_looks_the_same(tmp_path):
    rng = np.random.default_rng(0)
    smooth = Image.fromarray(rng.integers(0, 255, (8, 8, 3), np.uint8)).resize((512, 512))
    file = saved(tmp_path, smooth, "l.jpg", quality=95)
    small, size = decode_image(file, Preprocessing(32, 3))
    whole = np.asarray(Image.open(file).resize((32, 32), Image.Resampling.BILINEAR), int)
    assert size == (512, 512)
    assert np.abs(small - whole).mean() < 2


def test_broken_images_are_skipped_by_name_and_the_rows_close_up(tmp_path):
    for n, value in ((0, 10), (2, 30)):
        saved(tmp_path, Image.new("RGB", (8, 8), (value,) * 3), f"0_{n}.png")
    (tmp_path / "0_1.png").write_bytes((tmp_path / "0_0.png").read_bytes()[:40])
    (tmp_path / "0_3.jpg").write_bytes(b"no image")
    (tmp_path / "0_4.jpg").write_bytes(b"")
    said: list[str] = []
    names = sorted(f.name for f in tmp_path.iterdir())
    kept, sizes = decode_split(
        [(place, tmp_path / name) for place, name in enumerate(names)],
        names,
        tmp_path / "out.npy",
        split="training",
        preprocessing=Preprocessing(8, 3),
        workers=2,
        log=said.append,
    )
    assert (kept, sizes) == ([0, 2], [(8, 8), (8, 8)])
    assert np.load(tmp_path / "out.npy")[:, 0, 0, 0].tolist() == [10, 30]
    assert [name for name in ("0_1.png", "0_3.jpg", "0_4.jpg") if name in " ".join(said)] == [
        "0_1.png",
        "0_3.jpg",
        "0_4.jpg",
    ]
    assert said[-1] == "skipped 3 of 5 images in training"


def test_a_split_without_a_readable_image_is_an_error_and_leaves_nothing(tmp_path):
    (tmp_path / "0_0.jpg").write_bytes(b"no image")
    out = tmp_path / "out.npy"
    with pytest.raises(UserError, match="none of its 1 images"):
        decode_split(
            [(0, tmp_path / "0_0.jpg")], ["0_0.jpg"], out, split="training",
            preprocessing=Preprocessing(8, 3), workers=1, log=print,
        )  # fmt: skip
    assert [f.name for f in tmp_path.iterdir()] == ["0_0.jpg"]
