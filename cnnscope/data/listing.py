"""What a dataset holds, known from names alone: splits, images in order, labels."""

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.files import why_no_file

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
        names: file names, relative to the split's folder, in byte order.
        labels: a class number a name; -1 where a testing image carries none.
        ignored: names that are no images by their ending or their place, or that are no files.
    """

    names: tuple[str, ...]
    labels: tuple[int, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """The splits that are there, and a name a class."""

    splits: dict[str, Split]
    classes: tuple[str, ...]


def read_dataset(
    folder: Path, class_names: Sequence[str] | None = None, layout: str = "flat"
) -> Dataset:
    """List the dataset in `folder`.

    Links are followed, out of the dataset too, each folder once: what leads back to one that is
    listed already, into nothing or to no file is ignored.

    Args:
        class_names: a name a class. Without them, `classes.txt` in the folder is read for the
            layout `flat`, and without that the numbers are the names.
        layout: `flat`, for `<split>/<class>_<n>.<ending>`, or `folders`, for
            `<split>/<class>/<name>.<ending>`: the folders' names, sorted, are the classes;
            `class_names` gives them another order.

    Raises:
        UserError: no such folder, no training or validation images, a name without a class, a class
            in validation that training lacks, too few class names, or another layout.
    """
    if not folder.is_dir():
        raise UserError(
            f"dataset.path: {folder} is no folder, archive or CSV file; give the folder that holds "
            "training/, or a file"
        )
    walked = {split: walk(folder / split) for split in SPLITS if (folder / split).is_dir()}
    file = folder / "classes.txt"
    listed = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
    found = {split: names for split, (names, _) in walked.items()}
    dataset = arrange(found, folder, layout, class_names, listed)
    splits = {
        name: replace(split, ignored=(*split.ignored, *walked[name][1]))
        for name, split in dataset.splits.items()
    }
    return replace(dataset, splits=splits)


def arrange(
    found: Mapping[str, Iterable[str]],
    where: Path,
    layout: str,
    class_names: Sequence[str] | None,
    listed: str | None,
) -> Dataset:
    """Make a dataset of the names `found` in each split, with "/" between folders.

    Args:
        where: what the messages call the dataset.
        listed: the text of its `classes.txt`, if it has one.
    """
    for split in ("training", "validation"):
        if split not in found:
            place = where / split
            raise UserError(
                f"dataset.path: {place} is missing; a dataset has training/, validation/"
            )
    there = [split for split in SPLITS if split in found]
    chosen = {split: _choose(found[split], where / split, layout) for split in there}
    if layout == "folders":
        classes = _folder_classes(chosen["training"][0], class_names, where)
        splits = {s: _by_folder(images, rest, classes) for s, (images, rest) in chosen.items()}
    else:
        splits = {
            s: _by_number(images, rest, where / s, s != "testing")
            for s, (images, rest) in chosen.items()
        }
        listed_names = [line.strip() for line in (listed or "").splitlines() if line.strip()]
        given = class_names or listed_names or None
        classes = name_classes(splits["training"].labels, given, where / "training")
    return Dataset(known_labels(splits, where), tuple(classes))


def name_classes(
    labels: Sequence[int], names: Sequence[str] | None, where: Path | str
) -> Sequence[str]:
    """`names`, or the numbers where there are none; a UserError where they are too few."""
    count = max(labels) + 1
    names = names or [str(label) for label in range(count)]
    if len(names) < count:
        raise UserError(
            f"dataset.classes: {len(names)} names for {count} classes (labels 0 to {count - 1} in "
            f"{where}); name every class, in the order of the labels"
        )
    return names


def known_labels(splits: Mapping[str, Split], where: Path) -> dict[str, Split]:
    """Drop labels of testing outside training's classes: a date in a testing name is no class.

    Raises:
        UserError: a validation image is of a class that training lacks.
    """
    trained = set(splits["training"].labels)
    for name, label in zip(splits["validation"].names, splits["validation"].labels, strict=True):
        if label not in trained:
            kind = f"class {label}" if label >= 0 else f"class {name.split('/')[0]}"
            raise UserError(
                f"{where / 'validation' / name}: {kind} has no image in training/ "
                f"(classes there: {', '.join(map(str, sorted(trained)))}); rename or remove it"
            )
    return {name: _known(split, trained) for name, split in splits.items()}


def walk(folder: Path) -> tuple[list[str], list[str]]:
    """Every file below `folder`, as a relative path; what else lies there, with the reason.

    Folders come before links to them, so that a link never takes the place of what it leads to.
    """
    files: list[str] = []
    others: list[str] = []
    seen: set[tuple[int, int]] = set()
    folders, links = deque([""]), deque()
    while folders or links:
        below = (folders or links).popleft()
        try:
            status = (folder / below).stat()
            if (status.st_dev, status.st_ino) in seen:
                others.append(f"{below}: a link to a folder that is listed already")
                continue
            with os.scandir(folder / below) as entries:
                inside = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            others.append(f"{below}: {error.strerror}")
            continue
        seen.add((status.st_dev, status.st_ino))
        if not inside and below:
            others.append(f"{below}: an empty folder")
        for entry in inside:
            name = f"{below}/{entry.name}" if below else entry.name
            if _is(entry.is_file):
                files.append(name)
            elif _is(entry.is_dir):
                (links if entry.is_symlink() else folders).append(name)
            else:
                others.append(f"{name}: {why_no_file(entry.path)}")
    return files, others


def _is(test: Callable[[], bool]) -> bool:
    """What the entry of a folder says, where a link in a circle raises."""
    try:
        return test()
    except OSError:
        return False


def _choose(names: Iterable[str], where: Path, layout: str) -> tuple[list[str], list[str]]:
    """The images that lie as `layout` says, sorted, and the rest."""
    names = sorted(names, key=lambda name: os.fsencode(name).split(b"/"))
    images = [name for name in names if is_image(name)]
    deep = layout == "folders"
    unlabelled = deep and where.name == "testing"
    fitting = [name for name in images if ("/" in name) == deep or unlabelled]
    if not fitting and images:
        other, place = ("flat", "no folder") if deep else ("folders", "folders")
        raise UserError(
            f"dataset.layout: {layout} does not fit {where}: its {len(images)} images lie in "
            f"{place} ({images[0]}); set dataset.layout: {other}"
        )
    if not fitting:
        raise UserError(f"dataset.path: {where} holds no image (looked at {len(names)} names)")
    kept = set(fitting)
    return fitting, [name for name in names if name not in kept]


def is_image(name: str) -> bool:
    """By its ending; what macOS puts beside a file is none."""
    base = name.rpartition("/")[2]
    return Path(base).suffix.lower() in _SUFFIXES and not base.startswith("._")


def _folder_classes(
    images: Sequence[str], names: Sequence[str] | None, where: Path
) -> Sequence[str]:
    """The folders' names in byte order, as ImageFolder numbers them, or in the order of `names`."""
    folders = sorted({name.split("/")[0] for name in images}, key=os.fsencode)
    missing = [folder for folder in folders if folder not in (names or folders)]
    if missing:
        raise UserError(
            f"dataset.classes: {missing[0]} is not among {', '.join(names)}, but a folder of "
            f"{where / 'training'}; list the folders' names in label order, or give null"
        )
    return names or folders


def _by_folder(images: Sequence[str], rest: Sequence[str], classes: Sequence[str]) -> Split:
    numbers = {name: number for number, name in enumerate(classes)}
    labels = [numbers.get(name.split("/")[0], UNLABELLED) for name in images]
    return Split(tuple(images), tuple(labels), tuple(rest))


def _by_number(images: Sequence[str], rest: Sequence[str], where: Path, labelled: bool) -> Split:
    labels = [_label(name, where, labelled) for name in images]
    return Split(tuple(images), tuple(labels), tuple(rest))


def _label(name: str, folder: Path, required: bool) -> int:
    found = _LABELLED.match(name)
    if found:
        return int(found.group(1))
    if required:
        raise UserError(
            f"{folder / name}: the name does not begin with a class number; training and "
            "validation images are called <class>_<n>.jpg where dataset.layout is flat"
        )
    return UNLABELLED


def _known(split: Split, trained: set[int]) -> Split:
    labels = tuple(label if label in trained else UNLABELLED for label in split.labels)
    return Split(split.names, labels, split.ignored)
