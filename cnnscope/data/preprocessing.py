"""Make an image the square that a network is given, as its own preprocessing did."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes a square.

    Attributes:
        size: height and width of the square, in pixels.
        channels: 1 for grey, 3 for RGB.
        fit: `stretch` gives the image both sides of the square. `crop` cuts the centre out of the
            resized image, black where that is smaller than the square, as torchvision's presets
            do. `pad` puts the whole image, resized, in the middle of the square.
        resize: with `crop`, what the shorter side is resized to, in pixels; None for `size`.
        interpolation: `bilinear`, `bicubic`, `nearest` or `lanczos`.
        antialias: whether an image that shrinks is averaged, as Pillow does, or picked from, as
            torchvision does with a tensor and `antialias=False`, which knows no `lanczos`.
        fill: with `pad`, the colour around the image, 0 to 255 a channel; none for black.
    """

    size: int
    channels: int
    fit: str = "stretch"
    resize: int | None = None
    interpolation: str = "bilinear"
    antialias: bool = True
    fill: Sequence[int] = ()

    @property
    def allows_draft(self) -> bool:
        """Whether a JPEG may be decoded at a reduced size, which is quicker and not quite equal."""
        return (self.fit, self.interpolation, self.antialias) == ("stretch", "bilinear", True)

    def resized(self, width: int, height: int) -> tuple[int, int]:
        """Width and height to which an image of these measures is resized."""
        short, long = sorted((width, height))
        match self.fit:
            case "crop":
                new = (self.resize or self.size, (self.resize or self.size) * long // short)
            case "pad":
                new = (max(1, self.size * short // long), self.size)
            case _:
                new = (self.size, self.size)
        return new if width <= height else new[::-1]


def preprocess(image: Image.Image, how: Preprocessing) -> np.ndarray:
    """The pixels that the network is given, uint8 (size, size, channels).

    With `crop` they are those of `torchvision.transforms._presets.ImageClassification`.

    Args:
        image: upright, of a mode that Pillow converts to grey or RGB correctly.

    Raises:
        ValueError: the image is so long that it would be resized to more pixels than Pillow reads.
    """
    image = image.convert("L" if how.channels == 1 else "RGB")
    width, height = how.resized(*image.size)
    if width * height > Image.MAX_IMAGE_PIXELS:
        raise ValueError(
            f"{image.width} x {image.height} pixels would be resized to {width} x {height}"
        )
    square = _centred(_resized(image, (width, height), how), how)
    return np.asarray(square, np.uint8).reshape(how.size, how.size, how.channels)


def _resized(image: Image.Image, measures: tuple[int, int], how: Preprocessing) -> Image.Image:
    if how.antialias:
        return image.resize(measures, Image.Resampling[how.interpolation.upper()])
    # By name: it needs PyTorch, which takes a second to import and whose version is of no matter to
    # images that are resized without it.
    tensors = importlib.import_module("cnnscope.data.tensor_resize")
    return tensors.resize_as_tensor(image, measures, how.interpolation)


def _centred(image: Image.Image, how: Preprocessing) -> Image.Image:
    """The middle of `image`, or `image` in the middle of a coloured square, on each axis."""
    if image.size == (how.size, how.size):
        return image
    square = Image.new(image.mode, (how.size, how.size), tuple(how.fill) or 0)
    square.paste(image, tuple(_offset(side, how.size) for side in image.size))
    return square


def _offset(side: int, size: int) -> int:
    """Where a side begins in the square; halves are rounded as torchvision's `center_crop` does."""
    return (size - side) // 2 if side <= size else -round((side - size) / 2)
