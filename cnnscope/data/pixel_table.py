"""Read grey images from a CSV file whose rows have a label and the pixels, separated by spaces."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isqrt
from pathlib import Path

import numpy as np

from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError
from cnnscope.seeds import stream

_COLUMNS = {"label": "label", "emotion": "label", "feature": "pixels", "pixels": "pixels"}
_COLUMNS |= {"Usage": "usage"}
_USAGES = {"Training": "training", "PublicTest": "validation", "PrivateTest": "testing"}
_LAYOUTS = (["label", "pixels"], ["label", "pixels", "usage"])
_LONGEST_HEADER = 1000
_LARGEST_LABEL = 999_999


def is_pixel_table(file: Path) -> bool:
    """Whether the first line of `file` is a header that `index_rows` accepts."""
    with file.open("rb") as lines:
        return _columns(lines.readline(_LONGEST_HEADER)) is not None


def index_rows(file: Path) -> dict:
    """List the images of the file.

    Returns:
        `side`, the height and width of the images; `rows`, a list of [line number, label, split or
        None, SHA-256 of the pixels]; `bad`, a list of [line number, what is wrong with the row].

    Raises:
        UserError: the header is neither `label,feature` nor `emotion,pixels,Usage`.
    """
    rows: list[list] = []
    bad: list[list] = []
    lengths: list[int] = []
    for line, fields, names in _read(file):
        try:
            label, split, pixels = _parse(fields, names)
        except ValueError as error:
            bad.append([line, str(error)])
        else:
            rows.append([line, label, split, content_digest(pixels)])
            lengths.append(len(pixels))
    # The most frequent number of pixels is taken as right, so that a few bad rows do not matter.
    squares = Counter(length for length in lengths if length and isqrt(length) ** 2 == length)
    usual = squares.most_common(1)[0][0] if squares else 0
    wanted = f"{usual}, as most rows" if usual else "a square number"
    bad += [
        [row[0], f"{length} pixels, not {wanted}"]
        for row, length in zip(rows, lengths, strict=True)
        if length != usual or not usual
    ]
    good = [r for r, length in zip(rows, lengths, strict=True) if length == usual and usual]
    return {"side": isqrt(usual), "rows": good, "bad": sorted(bad)}


def read_rows(file: Path, places: Mapping[int, int]) -> Iterator[tuple[int, np.ndarray]]:
    """The images on the lines in `places`, each as (its value in `places`, uint8 (side, side))."""
    for line, fields, names in _read(file):
        if line in places:
            _, _, pixels = _parse(fields, names)
            yield places[line], np.frombuffer(pixels, np.uint8).reshape(isqrt(len(pixels)), -1)


def cut_validation(labels: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Draw the same share of each class at random for validation.

    A class of two or more images has at least one in training and one in validation.

    Args:
        labels: int (N,).
        fraction: share of the images for validation, from 0 to 1.

    Returns:
        bool (N,), true for the images for validation.
    """
    chosen = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = min(max(round(fraction * len(members)), 1), len(members) - 1)
        chosen[stream(seed, "validation", int(label)).permutation(members)[:count]] = True
    return chosen


def _read(file: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """Line number, fields and column names of every row that is not blank."""
    with file.open("rb") as lines:
        header = lines.readline(_LONGEST_HEADER)
        names = _columns(header)
        if names is None:
            start = header[:60].decode("utf-8", "replace").strip()
            raise UserError(
                f"dataset.path: {file} begins with {start!r}; the header of a CSV dataset is "
                "label,feature or emotion,pixels,Usage"
            )
        # Only here: a plan imports this module, also where nothing but Snakemake is installed.
        from tqdm import tqdm

        size = file.stat().st_size
        with tqdm(total=size, desc=file.name, unit="B", unit_scale=True, disable=None) as progress:
            for number, line in enumerate(lines, 2):
                progress.update(len(line))
                if line.strip():
                    yield number, _fields(line), names


def _columns(header: bytes) -> list[str] | None:
    names = [_COLUMNS.get(name) for name in _fields(header.removeprefix(b"\xef\xbb\xbf"))]
    return names if sorted(names, key=str) in _LAYOUTS else None


def _fields(line: bytes) -> list[str]:
    # Not read by the csv module, for which a stray quote would make the following rows part of one
    # field. No field of these files contains a comma or a line break, so quotes can be ignored.
    return [field.strip().strip('"') for field in line.decode("utf-8", "replace").split(",")]


def _parse(fields: list[str], names: list[str]) -> tuple[int, str | None, bytes]:
    """Label, split and pixels of a row.

    Raises:
        ValueError: the row is invalid; the message says why.
    """
    if len(fields) != len(names):
        raise ValueError(f"{len(fields)} fields, not {len(names)}")
    row = dict(zip(names, fields, strict=True))
    label = row["label"].strip()
    if not (label.isdecimal() and int(label) <= _LARGEST_LABEL):
        raise ValueError(f"label {_short(label)} is no class number")
    if "usage" in row and row["usage"] not in _USAGES:
        raise ValueError(f"Usage {_short(row['usage'])} is none of {', '.join(_USAGES)}")
    values = row["pixels"].split()
    try:
        pixels = bytes(map(int, values))
    except ValueError:
        wrong = next((v for v in values if not (v.isdecimal() and int(v) <= 255)), "")
        raise ValueError(f"pixel {_short(wrong)} is no number from 0 to 255") from None
    return int(label), _USAGES.get(row.get("usage", "")), pixels


def _short(text: str) -> str:
    return repr(text if len(text) <= 20 else f"{text[:20]}...")
