"""Decode image files into one array of upright images, all of one size and number of channels."""

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from cnnscope.data.preprocessing import Preprocessing, preprocess
from cnnscope.errors import UserError
from cnnscope.files import replacing, reserve, why_no_file

# Images taken from the iterator at once, so that only so many contents are held in memory.
_CHUNK = 64
# The formats of the suffixes that count as images in a dataset. Pillow knows more, among them EPS,
# for which it would run Ghostscript on the file.
_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")

# The pixels, and the (width, height) of the original.
Decoded = tuple[np.ndarray, tuple[int, int]]


def decode_image(file: Path | BinaryIO, preprocessing: Preprocessing) -> Decoded:
    """Read one image; its format is detected by its content, not by its suffix.

    The image is rotated as its EXIF orientation says before it becomes a square. Transparent pixels
    are put on white, and 16-bit values are scaled to 8 bits.

    Returns:
        The pixels, uint8 (size, size, channels), and the (width, height) of the original after
        its rotation.

    Raises:
        OSError, ValueError, SyntaxError, DecompressionBombError: it is no readable image, or has
            more pixels than Pillow's limit for decompression bombs.
    """
    with Image.open(file, formats=_FORMATS) as opened:
        # Pillow itself only warns at this limit, and raises an error at twice as many pixels.
        if opened.width * opened.height > Image.MAX_IMAGE_PIXELS:
            raise ValueError(f"{opened.width} x {opened.height} pixels, which no photograph has")
        measures = opened.size[::-1] if _lies_on_its_side(opened) else opened.size
        # JPEG decoders can halve the size up to three times, which saves time. Stopping at twice
        # the size or more leaves pixels to average: the result differs from that of a full decode
        # by less than a grey level on average, and by up to 26 at the edges of photographs.
        if preprocessing.allows_draft:
            opened.draft(None, (2 * preprocessing.size, 2 * preprocessing.size))
        upright = ImageOps.exif_transpose(opened)
    return preprocess(_flatten(upright), preprocessing), measures


def decode_split(
    contents: Iterable[tuple[int, Path | bytes | np.ndarray]],
    names: Sequence[str],
    target: Path,
    *,
    split: str,
    preprocessing: Preprocessing,
    workers: int,
    log: Callable[[str], None],
    may_be_empty: bool = False,
) -> tuple[list[int], list[tuple[int, int]]]:
    """Decode the images of a split into the `.npy` file `target`.

    The array is written while the images are decoded, so the memory needed does not grow with
    their number. Images that cannot be read are left out, with a line in `log`.

    Args:
        contents: index in `names` and content of each image, in any order. The content is a file,
            the bytes of one, or grey values uint8 (H, W).
        names: names of the images, in the order of the rows.
        target: gets uint8 (N, size, size, channels), where N counts the images that can be read.
        split: name of the split in messages.
        preprocessing: how an image becomes the square of the network.
        workers: number of threads.
        may_be_empty: whether it is no error that none of the images can be read.

    Returns:
        The index in `names` of each row of `target`, and the (width, height) of its original.

    Raises:
        UserError: none of the images can be read and one must be, or the disk is full.
    """
    sizes: dict[int, tuple[int, int]] = {}
    with replacing(target) as partial:
        shape = (len(names), preprocessing.size, preprocessing.size, preprocessing.channels)
        rows = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        reserve(partial)
        with tqdm(total=len(names), desc=split, unit="image", disable=None) as progress:
            for index, outcome in decode_each(contents, preprocessing, workers):
                progress.update()
                if isinstance(outcome, Exception):
                    log(f"skipped {names[index]!r}: {type(outcome).__name__}: {outcome}")
                else:
                    rows[index], sizes[index] = outcome
        kept = sorted(sizes)
        if not kept and not may_be_empty:
            raise UserError(f"{split}: none of its {len(names)} images can be read")
        if len(kept) < len(names):
            log(f"skipped {len(names) - len(kept)} of {len(names)} images in {split}")
            for row, place in enumerate(kept):
                rows[row] = rows[place]
        rows.flush()
        if len(kept) < len(names):
            del rows
            _shorten(partial, len(kept))
    return kept, [sizes[index] for index in kept]


def decode_each(
    contents: Iterable[tuple[int, Path | bytes | np.ndarray]],
    preprocessing: Preprocessing,
    workers: int,
) -> Iterator[tuple[int, Decoded | Exception]]:
    """Decode images one after the other; one that cannot be read gives the reason instead.

    Args:
        contents: a number and the content of each image, as in `decode_split`.

    Yields:
        The number of each image, with its pixels uint8 (size, size, channels) and the (width,
        height) of its original, or with the exception that it raised.
    """

    def attempt(content: Path | bytes | np.ndarray) -> Decoded | Exception:
        if isinstance(content, Path) and (reason := why_no_file(content)):
            return OSError(reason)
        try:
            if isinstance(content, np.ndarray):
                return preprocess(Image.fromarray(content), preprocessing), content.shape[::-1]
            file = io.BytesIO(content) if isinstance(content, bytes) else content
            return decode_image(file, preprocessing)
        # A damaged file can make Pillow's decoders raise any exception.
        except Exception as error:
            return error

    waiting = iter(contents)
    with ThreadPoolExecutor(workers) as pool:
        while chunk := list(itertools.islice(waiting, _CHUNK)):
            outcomes = pool.map(attempt, [content for _, content in chunk])
            for (index, _), outcome in zip(chunk, outcomes, strict=True):
                yield index, outcome


def _shorten(file: Path, count: int) -> None:
    rows = np.load(file, mmap_mode="r")
    with replacing(file) as shorter:
        np.save(shorter, rows[:count])


def _lies_on_its_side(image: Image.Image) -> bool:
    return image.getexif().get(0x0112, 1) in (5, 6, 7, 8)


def _flatten(image: Image.Image) -> Image.Image:
    """`image` in a mode that Pillow converts to grey or RGB correctly.

    Pillow clips 16-bit values instead of scaling them, and drops transparency, which uncovers the
    arbitrary colours of transparent pixels.
    """
    if image.mode.startswith("I"):
        deep = np.asarray(image).astype(np.int64).clip(0, 65535)
        return Image.fromarray((deep // 257).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(white, coloured).convert("RGB")
    return image
