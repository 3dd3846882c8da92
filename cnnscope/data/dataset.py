"""A dataset wherever it lies: in a folder, in an archive, in a CSV file."""

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from cnnscope.data.archive import index_archive, is_archive, read_members
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import SPLITS, Dataset, arrange, is_image, read_dataset, walk
from cnnscope.data.loose_pictures import PICTURES, arrange_pictures
from cnnscope.data.pixel_table import index_rows, is_pixel_table
from cnnscope.data.source import Content, OpenDataset, Source
from cnnscope.data.table_dataset import open_table
from cnnscope.errors import UserError


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
        return open_table(source, index)
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
        place = source.place(split)
        for index, name in enumerate(names):
            yield index, place / name
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
        place = source.place(split)
        for position, name in enumerate(listing.splits[split].names):
            if positions is None or position in positions:
                yield position, place / name

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
