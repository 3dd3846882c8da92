"""A dataset wherever it lies: in a folder, in an archive, in a CSV file."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from cnnscope.data.archive import index_archive, is_archive, read_members
from cnnscope.data.fingerprint import ContentIndex, digest_of_named
from cnnscope.data.listing import (
    SPLITS,
    Dataset,
    Split,
    arrange,
    is_image,
    known_labels,
    name_classes,
    read_dataset,
    walk,
)
from cnnscope.data.loose_pictures import PICTURES, arrange_pictures
from cnnscope.data.pixel_table import cut_validation, index_rows, is_pixel_table, read_rows
from cnnscope.errors import UserError

# An image before it is decoded: a file, the content of one, or grey values (H, W).
Content = Path | bytes | np.ndarray


@dataclass(frozen=True)
class Source:
    """Where a dataset lies and how it is to be read.

    Attributes:
        path: a folder, a zip or tar of one, or a CSV file.
        layout: `flat`, `folders`, `csv` or `pictures`.
        classes: a name a class, in the order of the labels; None for the dataset's own.
        validation_fraction: the share cut from a CSV file that marks no validation images.
        max_bad_rows: how many rows of a CSV file may be skipped.
        seed: of the cut.
        memory: the file of the ContentIndex that knows the dataset's files.
        labels: for pictures, a CSV file with their true classes.
    """

    path: Path
    layout: str = "flat"
    classes: tuple[str, ...] | None = None
    validation_fraction: float = 0.1
    max_bad_rows: int = 0
    seed: int = 0
    memory: Path = Path("results", ".index", "contents.json")
    labels: Path | None = None

    def place(self, split: str) -> Path:
        """The folder that the names of a split are relative to; a single picture's own folder."""
        if self.layout != PICTURES:
            return self.path / split
        return self.path if self.path.is_dir() else self.path.parent


@dataclass(frozen=True)
class OpenDataset:
    """What a dataset holds, and how to come to it.

    Attributes:
        listing: splits and classes.
        digests: split -> the digest of the content of each of its images, in their order.
        contents: split, positions -> position and content of those of its images, in the quickest
            order; of all of them where the positions are None.
    """

    listing: Dataset
    digests: Callable[[str], Sequence[str]]
    contents: Callable[[str, Container[int] | None], Iterator[tuple[int, Content]]]

    def digest(self, split: str) -> str:
        """One digest of the names and contents of the images of a split."""
        names = self.listing.splits[split].names
        return digest_of_named(zip(names, self.digests(split), strict=True))


def open_dataset(source: Source, index: ContentIndex | None = None) -> OpenDataset:
    """List a dataset. The same images by the same names are the same in a folder or an archive.

    Args:
        index: what is known of its files; None reads `source.memory`.

    Raises:
        UserError: there is none, it is damaged, unsafe or not laid out as `layout` says.
    """
    path, layout = source.path, source.layout
    index = index or ContentIndex(source.memory)
    if path.is_file() and layout == "csv" and is_pixel_table(path):
        return _open_table(source, index)
    if layout == PICTURES and not (path.is_file() and is_archive(path)):
        return _open_folder(source, index)
    if path.is_file():
        archive = is_archive(path)
        if archive and layout != "csv":
            return _open_archive(source, index)
        _explain_misfit(path, layout, archive)
    if layout == "csv" and path.is_dir():
        raise UserError(
            f"dataset.layout: csv does not fit {path}, a folder; give the CSV file in "
            "dataset.path, or set dataset.layout: flat or folders"
        )
    return _open_folder(source, index)


def contents_of(source: Source, split: str, names: Sequence[str]) -> Iterator[tuple[int, Content]]:
    """Index in `names` and content of images of a split, in the quickest order.

    A folder is not listed for it: a job that reads a few images of a million must not look at all.

    Args:
        names: as the dataset's listing has them.
    """
    if source.path.is_dir() or (source.layout == PICTURES and not is_archive(source.path)):
        for index, name in enumerate(names):
            yield index, source.place(split) / name
        return
    dataset = open_dataset(source)
    indices = {name: index for index, name in enumerate(names)}
    listed = dataset.listing.splits[split].names
    wanted = {place: indices[name] for place, name in enumerate(listed) if name in indices}
    for position, content in dataset.contents(split, wanted):
        yield wanted[position], content


def _explain_misfit(path: Path, layout: str, archive: bool) -> None:
    if archive:
        raise UserError(
            f"dataset.layout: csv does not fit {path}, an archive; set dataset.layout: flat or "
            "folders, or unpack the CSV file"
        )
    if layout != "csv" and is_pixel_table(path):
        raise UserError(
            f"dataset.layout: {layout} does not fit {path}, a CSV file; set dataset.layout: csv"
        )
    if layout != "csv":
        raise UserError(
            f"dataset.path: {path} is no archive that can be read (.zip, .tar, .tar.gz, .tar.bz2, "
            ".tar.xz), nor a CSV dataset; is it damaged?"
        )
    index_rows(path)


def _open_folder(source: Source, index: ContentIndex) -> OpenDataset:
    if source.layout == PICTURES:
        listing = _read_pictures(source)
    else:
        listing = read_dataset(source.path, source.classes, source.layout)

    @cache
    def digests(split: str) -> list[str]:
        return index.digests(source.place(split), listing.splits[split].names)

    def contents(
        split: str, positions: Container[int] | None = None
    ) -> Iterator[tuple[int, Content]]:
        for position, name in enumerate(listing.splits[split].names):
            if positions is None or position in positions:
                yield position, source.place(split) / name

    return OpenDataset(listing, digests, contents)


def _open_archive(source: Source, known: ContentIndex) -> OpenDataset:
    index = known.remembered(source.path, index_archive)
    digests = dict(index["files"])
    if source.layout == PICTURES:
        root = _only_folder(digests)
        names = [name.removeprefix(root) for name in digests]
        listing = arrange_pictures(names, source.path, source.classes, source.labels)
    else:
        root = _root(digests)
        listing = _arranged(source, root, digests, index["texts"].get(f"{root}classes.txt"))

    def member(split: str, name: str) -> str:
        return f"{root}{name}" if source.layout == PICTURES else f"{root}{split}/{name}"

    def digests_of(split: str) -> list[str]:
        return [digests[member(split, name)] for name in listing.splits[split].names]

    def contents(
        split: str, positions: Container[int] | None = None
    ) -> Iterator[tuple[int, Content]]:
        wanted = {
            member(split, name): position
            for position, name in enumerate(listing.splits[split].names)
            if positions is None or position in positions
        }
        for name, content in read_members(source.path, wanted.__contains__):
            yield wanted[name], content

    return OpenDataset(listing, digests_of, contents)


def _read_pictures(source: Source) -> Dataset:
    path = source.path
    if not path.exists():
        raise UserError(f"dataset.path: there is no folder, archive or picture {path}")
    found, others = walk(path) if path.is_dir() else ([path.name], [])
    return arrange_pictures(found, path, source.classes, source.labels, others)


def _arranged(source: Source, root: str, names: Iterable[str], listed: str | None) -> Dataset:
    """The dataset in an archive, below its folder `root`."""
    found: dict[str, list[str]] = {}
    for name in names:
        split, below, rest = name.removeprefix(root).partition("/")
        if name.startswith(root) and below and split in SPLITS:
            found.setdefault(split, []).append(rest)
    return arrange(found, source.path, source.layout, source.classes, listed)


def _only_folder(names: Iterable[str]) -> str:
    """The folder that all pictures of an archive lie in, with a slash, or ""."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names if is_image(name)}
    top = tops.pop() if len(tops) == 1 else ""
    return f"{top}/" if top else ""


def _root(names: Sequence[str]) -> str:
    """The folder of an archive that holds training/, "" or "<name>/"."""
    tops = {name.split("/")[0] for name in names if name.split("/")[1:2] == ["training"]}
    if any(name.startswith("training/") for name in names) or len(tops) != 1:
        return ""
    return f"{tops.pop()}/"


def _open_table(source: Source, known: ContentIndex) -> OpenDataset:
    index = known.remembered(source.path, index_rows)
    rows, bad = index["rows"], [tuple(one) for one in index["bad"]]
    if source.classes:
        count = len(source.classes)
        reason = f"is not below {count}, the number of dataset.classes"
        bad += [(row[0], f"label {row[1]} {reason}") for row in rows if row[1] >= count]
        rows = [row for row in rows if row[1] < count]
    _check_bad_rows(sorted(bad), source)
    of_split = _split_rows(rows, source)
    ignored = tuple(f"line {line}: {reason}" for line, reason in sorted(bad))
    splits = {
        split: Split(tuple(f"line {row[0]}" for row in own), tuple(row[1] for row in own), ignored)
        for split, own in of_split.items()
    }
    where = source.path
    classes = name_classes(splits["training"].labels, source.classes, where)
    listing = Dataset(known_labels(splits, where), tuple(classes))

    def digests(split: str) -> list[str]:
        return [row[3] for row in of_split[split]]

    def contents(
        split: str, positions: Container[int] | None = None
    ) -> Iterator[tuple[int, Content]]:
        wanted = {
            row[0]: position
            for position, row in enumerate(of_split[split])
            if positions is None or position in positions
        }
        return read_rows(where, wanted)

    return OpenDataset(listing, digests, contents)


def _check_bad_rows(bad: list[tuple[int, str]], source: Source) -> None:
    if len(bad) > source.max_bad_rows:
        first = "; ".join(f"line {line}: {reason}" for line, reason in bad[:5])
        more = f"; and {len(bad) - 5} more" if len(bad) > 5 else ""
        raise UserError(
            f"dataset.path: {source.path} has {len(bad)} bad rows, dataset.max_bad_rows allows "
            f"{source.max_bad_rows}: {first}{more}"
        )


def _split_rows(rows: list[list], source: Source) -> dict[str, list[list]]:
    """The rows of each split: as marked, validation cut from training where none is marked."""
    of_split = {split: [row for row in rows if row[2] == split] for split in SPLITS}
    of_split["training"] += [row for row in rows if row[2] is None]
    if not of_split["validation"]:
        whole = of_split["training"]
        labels = np.array([row[1] for row in whole], np.int64)
        cut = cut_validation(labels, source.validation_fraction, source.seed)
        of_split["training"] = [row for row, out in zip(whole, cut, strict=True) if not out]
        of_split["validation"] = [row for row, out in zip(whole, cut, strict=True) if out]
    for split in ("training", "validation"):
        if not of_split[split]:
            raise UserError(f"dataset.path: {source.path} has no row for {split}")
    return {split: own for split, own in of_split.items() if own}
