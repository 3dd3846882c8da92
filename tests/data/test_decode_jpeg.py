"""Photographs as cameras write them: turned by their EXIF, and far larger than is asked for."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from cnnscope.data import decode
from cnnscope.data.decode import decode_image
from cnnscope.data.preprocessing import Preprocessing

QUARTERS = np.array([[20, 90], [160, 230]])
# What each orientation asks for, as the standard describes it.
TURNS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: a[::-1].T,
    7: lambda a: a[::-1, ::-1].T,
    8: lambda a: a.T[::-1],
}


def photograph(grey: np.ndarray, **options) -> io.BytesIO:
    stream = io.BytesIO()
    Image.fromarray(grey.astype(np.uint8)).save(stream, "jpeg", quality=95, **options)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("orientation", TURNS)
def test_a_jpeg_is_turned_upright_whichever_way_it_was_held(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    # 64 wide and 32 high: a quarter is 32 x 16.
    file = photograph(QUARTERS.repeat(16, 0).repeat(32, 1), exif=exif)
    upright, measures = decode_image(file, Preprocessing(8, 1))
    assert np.abs(upright[1::5, 1::5, 0].astype(int) - TURNS[orientation](QUARTERS)).max() <= 3
    assert measures == ((64, 32) if orientation < 5 else (32, 64))


def test_a_jpeg_of_fine_detail_is_averaged_as_if_it_were_decoded_whole():
    detail = np.random.default_rng(0).integers(0, 256, (64, 64)).repeat(4, 0).repeat(4, 1)
    file = photograph(detail)
    small, _ = decode_image(file, Preprocessing(32, 1))
    file.seek(0)
    whole = Image.open(file).resize((32, 32), Image.Resampling.BILINEAR)
    # Decoded at the very size, without a rest to average, it is off by 15.
    assert np.abs(small[..., 0] - np.asarray(whole, int)).mean() < 2


@pytest.mark.parametrize("side", [256, 512])
def test_a_jpeg_is_decoded_at_twice_the_size_and_no_larger(side, monkeypatch):
    decoded, turn = [], ImageOps.exif_transpose

    def watched(image):
        decoded.append(image.size)
        return turn(image)

    monkeypatch.setattr(decode.ImageOps, "exif_transpose", watched)
    decode_image(photograph(np.zeros((side, side))), Preprocessing(32, 3))
    assert decoded == [(64, 64)]
