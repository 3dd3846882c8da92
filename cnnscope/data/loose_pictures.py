"""Pictures that are no dataset: a folder of them, nested or not, an archive, or one picture."""

import csv
import difflib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cnnscope.data.listing import UNLABELLED, Dataset, Split, is_image
from cnnscope.errors import UserError

# The name of the only split that pictures make.
PICTURES = "pictures"


def arrange_pictures(
    found: Iterable[str],
    where: Path,
    classes: Sequence[str] | None,
    labels: Path | None,
    others: Iterable[str] = (),
) -> Dataset:
    """A dataset of one split: all images among the names, sorted, wherever they lie.

    Hidden files and folders are passed over, and what macOS adds to archives.

    Args:
        found: relative names, with "/" between folders.
        where: what the messages call the place.
        classes: a name a class, where they are known.
        labels: the CSV file with a true class a picture, if there is one.
        others: names that are no files, with the reason.

    Raises:
        UserError: there is no image, or the labels do not fit.
    """
    names = sorted(found, key=lambda name: os.fsencode(name).split(b"/"))
    images = [name for name in names if is_image(name) and not _is_hidden(name)]
    if not images:
        raise UserError(f"dataset.path: {where} holds no image (looked at {len(names)} names)")
    kept = set(images)
    ignored = [*(name for name in names if name not in kept), *others]
    known = read_labels(labels, images, classes or ()) if labels else {}
    numbers = [known.get(name, UNLABELLED) for name in images]
    split = Split(tuple(images), tuple(numbers), tuple(ignored))
    return Dataset({PICTURES: split}, tuple(classes or ()))


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def read_labels(file: Path, names: Sequence[str], classes: Sequence[str]) -> Mapping[str, int]:
    """The class of each picture that a CSV file knows: its columns are `file` and `label`.

    A file is named by its path below the folder of the pictures, or by its last part where no other
    picture has the same. A label is the number of a class, or its name. Rows of other files are
    passed over: a list may be of more pictures than are explained.

    Raises:
        UserError: the file cannot be read, lacks a column, names a class that there is not, or
            knows none of the pictures.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"dataset.labels: {file} cannot be read: {error}") from error
    if not rows or not {"file", "label"} <= rows[0].keys():
        raise UserError(f"dataset.labels: {file} is no CSV file with the columns file and label")
    by_name = {name: name for name in names} | _unique_ends(names)
    numbers = {name: number for number, name in enumerate(classes)}
    found: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        name = by_name.get((row["file"] or "").removeprefix("./"))
        if name is None:
            continue
        label = _number(row["label"] or "", numbers, f"{file}, line {line}")
        if found.setdefault(name, label) != label:
            raise UserError(f"dataset.labels: {file}, line {line}: {name} has another label above")
    if not found:
        raise UserError(
            f"dataset.labels: {file} knows none of the {len(names)} pictures; the first is "
            f"{names[0]}"
        )
    return found


def _unique_ends(names: Sequence[str]) -> dict[str, str]:
    """The pictures by the last part of their names, where only one has it."""
    ends: dict[str, list[str]] = {}
    for name in names:
        ends.setdefault(name.rpartition("/")[2], []).append(name)
    return {end: whole[0] for end, whole in ends.items() if len(whole) == 1}


def _number(label: str, numbers: Mapping[str, int], where: str) -> int:
    label = label.strip()
    if label in numbers:
        return numbers[label]
    if label.isdecimal() and (not numbers or int(label) < len(numbers)):
        return int(label)
    if not numbers:
        raise UserError(
            f"dataset.labels: {where}: {label!r} is no number; name the classes in dataset.classes"
        )
    near = difflib.get_close_matches(label, numbers, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UserError(
        f"dataset.labels: {where}: {label!r} is none of the {len(numbers)} classes{hint}"
    )
