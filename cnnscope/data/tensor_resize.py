"""Resize an image as torchvision resizes a tensor without antialiasing."""

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F


def resize_as_tensor(
    image: Image.Image, measures: tuple[int, int], interpolation: str
) -> Image.Image:
    """`torchvision.transforms.functional.resize` of a tensor with `antialias=False`.

    Args:
        image: of mode L or RGB.
        measures: width and height of the result, in pixels.
        interpolation: `bilinear`, `bicubic` or `nearest`.

    Returns:
        An image of the same mode, rounded to whole grey levels.
    """
    bands = [_resized(band, measures[::-1], interpolation) for band in image.split()]
    return Image.merge(image.mode, bands)


def _resized(band: Image.Image, shape: tuple[int, int], interpolation: str) -> Image.Image:
    pixels = torch.from_numpy(np.array(band, np.float32))[None, None]
    corners = None if interpolation == "nearest" else False
    resized = F.interpolate(pixels, shape, mode=interpolation, align_corners=corners)
    return Image.fromarray(resized[0, 0].round().clamp(0, 255).to(torch.uint8).numpy())
