"""Photographs to one array: upright, three channels or one, one size, decoded once."""

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.files import replacing

_CHUNK = 256


def decode_image(file: Path, size: int, channels: int) -> tuple[np.ndarray, tuple[int, int]]:
    """Read one image of any kind.

    Turned upright as its EXIF says; transparency laid on white; 16 bits scaled, not clipped.

    Returns:
        uint8 (size, size, channels), stretched to the square, and its (width, height) upright.

    Raises:
        OSError, ValueError, SyntaxError, DecompressionBombError: no readable image.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file) as opened:
            measures = opened.size[::-1] if _lies_on_its_side(opened) else opened.size
            # A JPEG can be decoded at an eighth, a quarter, a half: twice the size loses nothing.
            opened.draft(None, (2 * size, 2 * size))
            upright = ImageOps.exif_transpose(opened)
    mode = "L" if channels == 1 else "RGB"
    small = _flatten(upright).convert(mode).resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(small, np.uint8).reshape(size, size, channels), measures


def decode_split(
    folder: Path,
    names: Sequence[str],
    target: Path,
    *,
    size: int,
    channels: int,
    workers: int,
    log: Callable[[str], None],
) -> tuple[list[int], list[tuple[int, int]]]:
    """Decode the images `names` of `folder` into the `.npy` file `target`.

    The array is written as it is made: memory does not grow with the number of images.

    Returns:
        The places in `names` of the images that could be read, which are the rows of `target`
        (uint8 (N, size, size, channels)), and the (width, height) of each.

    Raises:
        UserError: not one image can be read.
    """
    kept: list[int] = []
    sizes: list[tuple[int, int]] = []
    with replacing(target) as partial:
        shape = (len(names), size, size, channels)
        rows = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        _reserve(partial)
        with ThreadPoolExecutor(workers) as pool:
            for place, image, measures in _decoded(pool, folder, names, size, channels, log):
                rows[len(kept)] = image
                kept.append(place)
                sizes.append(measures)
        rows.flush()
        if not kept:
            raise UserError(f"{folder}: none of its {len(names)} images can be read")
        if len(kept) < len(names):
            log(f"skipped {len(names) - len(kept)} of {len(names)} images in {folder.name}")
            del rows
            _shorten(partial, len(kept))
    return kept, sizes


def _decoded(pool, folder, names, size, channels, log):
    def attempt(name: str):
        try:
            return decode_image(folder / name, size, channels)
        # Pillow's decoders raise whatever a damaged file leads them into.
        except Exception as error:
            return error

    progress = tqdm(total=len(names), desc=folder.name, unit="image", disable=None)
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        for offset, outcome in enumerate(pool.map(attempt, chunk)):
            progress.update()
            if isinstance(outcome, Exception):
                log(f"skipped {chunk[offset]!r}: {type(outcome).__name__}: {outcome}")
            else:
                yield start + offset, *outcome
    progress.close()


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
