"""What the network is given of a photograph, beside what torchvision's transforms make of it."""

import importlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnscope.data.decode import decode_image, decode_split
from cnnscope.data.preprocessing import Preprocessing, preprocess
from cnnscope.networks.vision import torchvision_models

torchvision_models()
presets = importlib.import_module("torchvision.transforms._presets")
functional = importlib.import_module("torchvision.transforms.functional")

# Width and height: landscape, portrait, odd, square, tiny, long, of the size already.
MEASURES = ((300, 200), (200, 300), (333, 251), (256, 256), (7, 5), (23, 500), (224, 224))
# Of weights that torchvision has: resize, size, interpolation. The last ends in black.
PRESETS = (
    (256, 224, "bilinear"), (232, 224, "bicubic"), (342, 299, "nearest"), (480, 480, "bicubic"),
    (238, 224, "lanczos"), (100, 224, "bilinear"),
)  # fmt: skip


def photograph(width: int, height: int) -> Image.Image:
    """Coarse and fine detail, in colours and up to black and white."""
    rng = np.random.default_rng(width * 1000 + height)
    fine = rng.integers(0, 256, (height, width, 3))
    coarse = rng.integers(-1, 2, (height // 16 + 1, width // 16 + 1, 3)) * 120
    mixed = fine + coarse.repeat(16, 0).repeat(16, 1)[:height, :width]
    return Image.fromarray(mixed.clip(0, 255).astype(np.uint8))


def file_of(image: Image.Image, kind: str) -> io.BytesIO:
    stream = io.BytesIO()
    image.save(stream, kind)
    stream.seek(0)
    return stream


def as_levels(transformed: torch.Tensor) -> np.ndarray:
    return (transformed * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()


def preset(image: Image.Image, resize: int, size: int, interpolation: str) -> np.ndarray:
    """What torchvision's own preset makes of a Pillow image, without its normalisation."""
    channels = len(image.getbands())
    transform = presets.ImageClassification(
        crop_size=size,
        resize_size=resize,
        mean=(0.0,) * channels,
        std=(1.0,) * channels,
        interpolation=functional.InterpolationMode(interpolation),
    )
    return as_levels(transform(image))


def cropped(resize: int, size: int, interpolation: str, channels: int = 3) -> Preprocessing:
    return Preprocessing(size, channels, "crop", resize, interpolation)


@pytest.mark.parametrize("measures", MEASURES)
@pytest.mark.parametrize(("resize", "size", "interpolation"), PRESETS)
def test_a_crop_is_that_of_the_preset_of_torchvision(measures, resize, size, interpolation):
    image = photograph(*measures)
    for channels, mode in ((3, "RGB"), (1, "L")):
        wanted = preset(image.convert(mode), resize, size, interpolation)
        ours = preprocess(image, cropped(resize, size, interpolation, channels))
        np.testing.assert_array_equal(ours, wanted)


def test_a_crop_of_a_large_jpeg_is_that_of_the_preset_and_not_of_a_reduced_decode():
    file = file_of(photograph(1203, 905), "jpeg")
    ours, measures = decode_image(file, cropped(64, 56, "bilinear"))
    assert measures == (1203, 905)
    np.testing.assert_array_equal(ours, preset(Image.open(file), 64, 56, "bilinear"))


@pytest.mark.parametrize(("fit", "interpolation"), [("pad", "bilinear"), ("stretch", "bicubic")])
def test_only_the_default_takes_a_jpeg_at_reduced_size(fit, interpolation):
    file = file_of(photograph(512, 512), "jpeg")
    how = Preprocessing(32, 3, fit, interpolation=interpolation)
    whole = preprocess(Image.open(file), how)
    np.testing.assert_array_equal(decode_image(file, how)[0], whole)


def test_a_photograph_is_turned_upright_before_it_is_cropped():
    image = photograph(120, 80)
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    image.save(stream, "png", exif=exif)
    stream.seek(0)
    ours, measures = decode_image(stream, cropped(40, 32, "bilinear"))
    assert measures == (80, 120)
    upright = image.transpose(Image.Transpose.ROTATE_270)
    np.testing.assert_array_equal(ours, preset(upright, 40, 32, "bilinear"))


@pytest.mark.skipif(not os.environ.get("CNNSCOPE_TEST_DATA"), reason="needs the real files")
@pytest.mark.parametrize(("resize", "size", "interpolation"), PRESETS)
def test_real_photographs_are_cropped_as_by_the_preset(resize, size, interpolation):
    files = sorted((Path(os.environ["CNNSCOPE_TEST_DATA"]) / "food/validation").glob("*.jpg"))
    for file in files[::25]:
        ours, _ = decode_image(file, cropped(resize, size, interpolation))
        wanted = preset(Image.open(file).convert("RGB"), resize, size, interpolation)
        assert np.abs(ours.astype(int) - wanted).max() <= 1, file


@pytest.mark.parametrize("measures", MEASURES)
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "nearest"])
def test_without_antialiasing_an_image_is_resized_as_a_tensor(measures, interpolation):
    image = photograph(*measures)
    mode = functional.InterpolationMode(interpolation)
    pixels = functional.pil_to_tensor(image)
    plain = {"interpolation": mode, "antialias": False}
    stretched = functional.resize(pixels, [48, 48], **plain)
    ours = preprocess(image, Preprocessing(48, 3, interpolation=interpolation, antialias=False))
    np.testing.assert_array_equal(ours, stretched.permute(1, 2, 0).numpy())
    centre = functional.center_crop(functional.resize(pixels, [56], **plain), [48])
    how = Preprocessing(48, 3, "crop", 56, interpolation, antialias=False)
    np.testing.assert_array_equal(preprocess(image, how), centre.permute(1, 2, 0).numpy())


def test_grey_values_are_resized_as_a_tensor_too():
    grey = photograph(50, 40).convert("L")
    ours = preprocess(grey, Preprocessing(16, 1, antialias=False))
    wanted = functional.resize(functional.pil_to_tensor(grey), [16, 16], antialias=False)
    np.testing.assert_array_equal(ours, wanted.permute(1, 2, 0).numpy())


def test_pytorch_is_imported_only_where_images_are_resized_as_tensors():
    code = (
        "import sys; from PIL import Image; import cnnscope.data.decode as d; "
        "from cnnscope.data.preprocessing import preprocess; "
        "how = [d.Preprocessing(8, 3, fit) for fit in ('stretch', 'crop', 'pad')]; "
        "[preprocess(Image.new('RGB', (9, 12)), one) for one in how]; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def padded(width: int, height: int, channels: int = 3) -> np.ndarray:
    fill = (1, 2, 3)[:channels]
    image = Image.new("RGB", (width, height), "white")
    return preprocess(image, Preprocessing(8, channels, "pad", fill=fill))


def test_a_wide_image_has_the_colour_above_and_below_it():
    square = padded(16, 8)
    assert (square[:2] == (1, 2, 3)).all() and (square[6:] == (1, 2, 3)).all()
    assert (square[2:6] == 255).all()


def test_the_odd_line_around_a_tall_image_is_to_its_right():
    square = padded(10, 16)
    assert (square[0, :, 0] == [1, *[255] * 5, 1, 1]).all()
    assert (square == square[:1]).all()


def test_an_image_of_the_shape_of_a_thread_keeps_a_line_and_a_square_fills_all():
    assert (padded(1, 3000)[:, :, 0] == [1, 1, 1, 255, 1, 1, 1, 1]).all()
    assert (padded(3, 3) == 255).all()


def test_a_grey_image_is_padded_with_grey():
    assert padded(16, 8, channels=1)[:, 0, 0].tolist() == [1, 1, 255, 255, 255, 255, 1, 1]


def test_a_padded_image_is_resized_as_torchvision_does_to_a_longest_side():
    image = photograph(333, 251)
    ours = preprocess(image, Preprocessing(100, 3, "pad", fill=(0, 0, 0)))
    resized = image.resize((100, int(100 * 251 / 333)), Image.Resampling.BILINEAR)
    np.testing.assert_array_equal(ours[12:87], np.asarray(resized))


def test_an_image_that_would_become_far_too_long_is_skipped_with_a_reason(tmp_path):
    """The shorter side of one pixel becomes 256, and the longer one 12,800,000."""
    Image.new("L", (50_000, 1)).save(tmp_path / "0_0.png")
    Image.new("L", (50, 40)).save(tmp_path / "0_1.png")
    said = []
    kept, _ = decode_split(
        [(n, tmp_path / f"0_{n}.png") for n in range(2)], ["0_0.png", "0_1.png"],
        tmp_path / "out.npy", split="training", preprocessing=cropped(256, 224, "bilinear"),
        workers=1, log=said.append,
    )  # fmt: skip
    assert kept == [1]
    assert "'0_0.png': ValueError: 50000 x 1 pixels would be resized to 12800000 x 256" in said[0]


def test_grey_values_of_a_table_are_preprocessed_too(tmp_path):
    grey = np.asarray(photograph(48, 48).convert("L"))
    decode_split(
        [(0, grey)], ["row 0"], tmp_path / "out.npy", split="training",
        preprocessing=cropped(40, 32, "bicubic", 1), workers=1, log=print,
    )  # fmt: skip
    wanted = preset(Image.fromarray(grey), 40, 32, "bicubic")
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy")[0], wanted)


@pytest.mark.parametrize(("kind", "draft"), [("png", None), ("jpeg", (64, 64))])
def test_by_default_an_image_is_stretched_as_ever(kind, draft):
    """A large JPEG is decoded at no more than is needed for twice the size."""
    file = file_of(photograph(700, 300), kind)
    ours, _ = decode_image(file, Preprocessing(32, 3))
    opened = Image.open(file)
    opened.draft(None, draft)
    wanted = opened.convert("RGB").resize((32, 32), Image.Resampling.BILINEAR)
    assert ours.tobytes() == wanted.tobytes()
