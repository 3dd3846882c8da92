"""Photographs to one array: upright, three channels or one, one size, decoded once."""

import io
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.files import replacing, why_no_file

_CHUNK = 64
# Those whose endings are listed. Pillow knows more, and starts Ghostscript for one of them.
_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")

Decoded = tuple[np.ndarray, tuple[int, int]]


def decode_image(file: Path | BinaryIO, size: int, channels: int) -> Decoded:
    """Read one image of any kind whose ending is listed, whatever its own ending is.

    Turned upright as its EXIF says; transparency laid on white; 16 bits scaled, not clipped.

    Returns:
        uint8 (size, size, channels), stretched to the square, and its (width, height) upright.

    Raises:
        OSError, ValueError, SyntaxError, DecompressionBombError: no readable image, or one of
            more pixels than photographs have.
    """
    with Image.open(file, formats=_FORMATS) as opened:
        # Pillow warns of these, and refuses them at twice as many.
        if opened.width * opened.height > Image.MAX_IMAGE_PIXELS:
            raise ValueError(f"{opened.width} x {opened.height} pixels, which no photograph has")
        measures = opened.size[::-1] if _lies_on_its_side(opened) else opened.size
        # A JPEG can be decoded at an eighth, a quarter, a half: twice the size loses nothing.
        opened.draft(None, (2 * size, 2 * size))
        upright = ImageOps.exif_transpose(opened)
    return _fit(_flatten(upright), size, channels), measures


def decode_split(
    contents: Iterable[tuple[int, Path | bytes | np.ndarray]],
    names: Sequence[str],
    target: Path,
    *,
    split: str,
    size: int,
    channels: int,
    workers: int,
    log: Callable[[str], None],
) -> tuple[list[int], list[tuple[int, int]]]:
    """Decode the images of a split into the `.npy` file `target`.

    The array is written as it is made: memory does not grow with the number of images.

    Args:
        contents: place in `names` and content of each image, in any order: a file, its bytes, or
            grey values uint8 (H, W).
        split: what the messages call the split.

    Returns:
        The places in `names` of the images that could be read, which are the rows of `target`
        (uint8 (N, size, size, channels)), and the (width, height) of each.

    Raises:
        UserError: not one image can be read.
    """
    sizes: dict[int, tuple[int, int]] = {}
    with replacing(target) as partial:
        shape = (len(names), size, size, channels)
        rows = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        _reserve(partial)
        with tqdm(total=len(names), desc=split, unit="image", disable=None) as progress:
            for place, outcome in _decoded(contents, size, channels, workers):
                progress.update()
                if isinstance(outcome, Exception):
                    log(f"skipped {names[place]!r}: {type(outcome).__name__}: {outcome}")
                else:
                    rows[place], sizes[place] = outcome
        kept = sorted(sizes)
        if not kept:
            raise UserError(f"{split}: none of its {len(names)} images can be read")
        if len(kept) < len(names):
            log(f"skipped {len(names) - len(kept)} of {len(names)} images in {split}")
            for row, place in enumerate(kept):
                rows[row] = rows[place]
        rows.flush()
        if len(kept) < len(names):
            del rows
            _shorten(partial, len(kept))
    return kept, [sizes[place] for place in kept]


def _decoded(
    contents: Iterable[tuple[int, Path | bytes | np.ndarray]],
    size: int,
    channels: int,
    workers: int,
) -> Iterator[tuple[int, Decoded | Exception]]:
    def attempt(content: Path | bytes | np.ndarray) -> Decoded | Exception:
        if isinstance(content, Path) and (reason := why_no_file(content)):
            return OSError(reason)
        try:
            if isinstance(content, np.ndarray):
                return _fit(Image.fromarray(content), size, channels), content.shape[::-1]
            file = io.BytesIO(content) if isinstance(content, bytes) else content
            return decode_image(file, size, channels)
        # Pillow's decoders raise whatever a damaged file leads them into.
        except Exception as error:
            return error

    waiting = iter(contents)
    with ThreadPoolExecutor(workers) as pool:
        while chunk := list(itertools.islice(waiting, _CHUNK)):
            outcomes = pool.map(attempt, [content for _, content in chunk])
            for (place, _), outcome in zip(chunk, outcomes, strict=True):
                yield place, outcome


def _fit(image: Image.Image, size: int, channels: int) -> np.ndarray:
    mode = "L" if channels == 1 else "RGB"
    small = image.convert(mode).resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(small, np.uint8).reshape(size, size, channels)


def _reserve(file: Path) -> None:
    """Claim the space of a file with holes: where the disk is full, mapping it ends in a signal."""
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as stream:
            os.posix_fallocate(stream.fileno(), 0, file.stat().st_size)


def _shorten(file: Path, count: int) -> None:
    rows = np.load(file, mmap_mode="r")
    with replacing(file) as shorter:
        np.save(shorter, rows[:count])


def _lies_on_its_side(image: Image.Image) -> bool:
    return image.getexif().get(0x0112, 1) in (5, 6, 7, 8)


def _flatten(image: Image.Image) -> Image.Image:
    """To a mode that converts to grey or colour without loss of meaning."""
    if image.mode.startswith("I"):
        deep = np.asarray(image).astype(np.int64).clip(0, 65535)
        return Image.fromarray((deep // 257).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(white, coloured).convert("RGB")
    return image
