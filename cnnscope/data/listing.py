"""What a dataset folder holds, known from names alone: splits, images in order, labels."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnscope.errors import UserError

SPLITS = ("training", "validation", "testing")
UNLABELLED = -1
_SUFFIXES = {
    ".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff",
    ".webp",
}  # fmt: skip
_LABELLED = re.compile(r"(\d{1,6})_")


@dataclass(frozen=True)
class Split:
    """The images of a split in the order of their names, and what else lies in its folder.

    Attributes:
        names: file names in byte order, as `sorted(os.listdir())` gives them.
        labels: a class number a name; -1 where a testing name carries none.
        ignored: names that are no images by their ending.
    """

    names: tuple[str, ...]
    labels: tuple[int, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """The splits that are there, and a name a class."""

    splits: dict[str, Split]
    classes: tuple[str, ...]


def read_dataset(folder: Path, class_names: Sequence[str] | None = None) -> Dataset:
    """List the dataset `<split>/<class>_<n>.<ending>` in `folder`.

    Args:
        class_names: a name a class; without them `classes.txt` in the folder is read, and without
            that the numbers are the names.

    Raises:
        UserError: no such folder, no training or validation images, a name without a class number,
            a class in validation that training lacks, or too few class names.
    """
    splits = read_splits(folder)
    count = max(splits["training"].labels) + 1
    names = class_names or _read_names(folder) or [str(label) for label in range(count)]
    if len(names) < count:
        raise UserError(
            f"dataset.classes: {len(names)} names for {count} classes (labels 0 to {count - 1} in "
            f"{folder / 'training'}); name every class, in the order of the labels"
        )
    return Dataset(splits, tuple(names))


def read_splits(folder: Path) -> dict[str, Split]:
    """The splits of the dataset in `folder`; testing may be missing. Errors as `read_dataset`."""
    if not folder.is_dir():
        raise UserError(f"dataset.path: {folder} is no folder; give the one that holds training/")
    splits = {
        split: _read_split(folder / split, labelled=split != "testing")
        for split in SPLITS
        if split != "testing" or (folder / split).is_dir()
    }
    trained = set(splits["training"].labels)
    _check_validation(splits["validation"], trained, folder)
    return {name: _known(split, trained) for name, split in splits.items()}


def _read_split(folder: Path, labelled: bool) -> Split:
    if not folder.is_dir():
        raise UserError(f"dataset.path: {folder} is missing; a dataset has training/, validation/")
    names = sorted(os.listdir(folder), key=os.fsencode)  # noqa: PTH208
    images = [name for name in names if Path(name).suffix.lower() in _SUFFIXES]
    if not images:
        raise UserError(f"dataset.path: {folder} holds no image (looked at {len(names)} names)")
    ignored = set(names) - set(images)
    labels = [_label(name, folder, labelled) for name in images]
    return Split(tuple(images), tuple(labels), tuple(n for n in names if n in ignored))


def _label(name: str, folder: Path, required: bool) -> int:
    found = _LABELLED.match(name)
    if found:
        return int(found.group(1))
    if required:
        raise UserError(
            f"{folder / name}: the name does not begin with a class number; "
            "training and validation images are called <class>_<n>.jpg"
        )
    return UNLABELLED


def _known(split: Split, trained: set[int]) -> Split:
    """Drop labels outside training's classes: a date in a testing name is no class."""
    labels = tuple(label if label in trained else UNLABELLED for label in split.labels)
    return Split(split.names, labels, split.ignored)


def _check_validation(validation: Split, trained: set[int], folder: Path) -> None:
    for name, label in zip(validation.names, validation.labels, strict=True):
        if label not in trained:
            raise UserError(
                f"{folder / 'validation' / name}: class {label} has no image in training/ "
                f"(classes there: {', '.join(map(str, sorted(trained)))}); rename or remove it"
            )


def _read_names(folder: Path) -> list[str] | None:
    file = folder / "classes.txt"
    if not file.is_file():
        return None
    return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
