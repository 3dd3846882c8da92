"""Arrays and images as text that a page carries along: base64 and data addresses."""

import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

# Pixels of the longer side: up to here photographs stay as they are to the last bit, and maps are
# told in 16 bits.
_SMALL = 128
_PHOTOGRAPH_QUALITY, _FIGURE_QUALITY = 92, 80
# The widest and the highest that a figure is embedded, in pixels.
_FIGURE = (1400, 8000)


@dataclass(frozen=True)
class Quantised:
    """A map in whole steps of one size, so that 0 stays 0 and a sign stays a sign.

    Attributes:
        type: `int16` or `int8`, little-endian; the least number of the type stands for a value
            that is no number.
        scale: how much a step is worth.
        data: base64 of the steps, row by row.
    """

    type: str
    scale: float
    data: str

    @property
    def tolerance(self) -> float:
        """How far a value that is read back can be from the value that was given."""
        return self.scale / 2


def quantised(values: np.ndarray) -> Quantised:
    """A map (H, W) in 16 bits, or in 8 where it is so large that it would fill the page."""
    kind = np.dtype("<i2" if max(values.shape) <= _SMALL else "i1")
    steps = np.iinfo(kind).max
    known = np.isfinite(values)
    largest = float(np.abs(values[known]).max(initial=0))
    scale = largest / steps or 1.0
    counted = np.full(values.shape, np.iinfo(kind).min, kind)
    counted[known] = (values[known].astype(np.float64) / scale).round()
    return Quantised(f"int{8 * kind.itemsize}", scale, text(counted.tobytes()))


def photograph(image: np.ndarray) -> str:
    """An image uint8 (H, W, C) as the network saw it: as it is, or as a JPEG where it is large."""
    if max(image.shape[:2]) <= _SMALL:
        return address("png", written(picture(image), "PNG", optimize=True))
    return address("jpeg", written(picture(image), "JPEG", quality=_PHOTOGRAPH_QUALITY))


def thumbnail(image: np.ndarray, side: int) -> str:
    """An image uint8 (H, W, C) with a longer side of `side` pixels at most."""
    small = picture(image)
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return address("jpeg", written(small, "JPEG", quality=85))


def figure(file: str | Path) -> tuple[str, tuple[int, int]]:
    """A figure of ours and its width and height: SVG as it is, PNG as WebP, a third as long."""
    file = Path(file)
    if file.suffix == ".svg":
        drawn = file.read_bytes()
        return address("svg+xml", drawn), _size_of_svg(drawn)
    with Image.open(file) as opened:
        drawn = opened.convert("RGB")
    drawn.thumbnail(_FIGURE, Image.Resampling.BICUBIC)
    return address("webp", written(drawn, "WEBP", quality=_FIGURE_QUALITY, method=2)), drawn.size


def picture(image: np.ndarray) -> Image.Image:
    """An image uint8 (H, W, C), grey where C is 1."""
    return Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)


def written(image: Image.Image, kind: str, **how) -> bytes:
    """The file that Pillow makes of an image."""
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def address(kind: str, content: bytes) -> str:
    """A data address, which an image of the page has in place of the address of a file."""
    return f"data:image/{kind};base64,{text(content)}"


def text(content: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(content).decode("ascii")


def _size_of_svg(drawn: bytes) -> tuple[int, int]:
    """Width and height, in the points in which matplotlib gives them."""
    width, height = re.search(rb'width="([0-9.]+)pt" height="([0-9.]+)pt"|$', drawn).groups("700")
    return round(float(width)), round(float(height))
