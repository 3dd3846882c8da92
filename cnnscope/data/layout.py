"""How the files of a dataset lie, told from what there is."""

import os
from collections.abc import Iterable
from pathlib import Path

from cnnscope.data.archive import index_archive, is_archive, read_members
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import is_image
from cnnscope.data.loose_pictures import PICTURES
from cnnscope.data.pixel_table import is_pixel_table

_MARKS = ("training", "validation")


def recognised_layout(path: Path, index: ContentIndex | None = None) -> str:
    """`csv` for a table of pixels, `pictures` for what has neither training/ nor validation/.

    Otherwise `flat` where there are images in training/ itself, and `folders` where they lie in
    folders there. What is nothing of these counts as `flat`, whose messages say what is missing.

    Args:
        index: what is known of archives; without it only the names in them are read.
    """
    if path.is_dir():
        if not any((path / mark).is_dir() for mark in _MARKS):
            return PICTURES
        return _layout_of(_names_in(path / "training"))
    if not path.is_file():
        return "flat"
    if is_pixel_table(path):
        return "csv"
    if not is_archive(path):
        return PICTURES if is_image(path.name) else "flat"
    parts = [name.split("/") for name in _names_in_archive(path, index)]
    if not any(mark in part[:2] for part in parts for mark in _MARKS):
        return PICTURES
    below = ("/".join(part[part.index("training") + 1 :]) for part in parts if "training" in part)
    return _layout_of(below)


def _names_in(folder: Path) -> Iterable[str]:
    """Names in a folder, those of folders with a slash; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            yield from (f"{one.name}/" if one.is_dir() else one.name for one in entries)
    except OSError:
        return


def _names_in_archive(file: Path, index: ContentIndex | None) -> list[str]:
    if index:
        return [name for name, _ in index.remembered(file, index_archive)["files"]]
    names: list[str] = []
    # Nothing is wanted of what the names stand for.
    for _ in read_members(file, names.append):
        pass
    return names


def _layout_of(names: Iterable[str]) -> str:
    deep = False
    for name in names:
        if "/" not in name and is_image(name):
            return "flat"
        deep = deep or "/" in name
    return "folders" if deep else "flat"
