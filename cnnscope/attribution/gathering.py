"""Put the results of the shards of a method together, in the order of the image sets.

Nothing but one array of one shard is in memory at a time, however many shards there are.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnscope.files import described, mapped_array, read_json, replacing, write_json


@dataclass(frozen=True)
class Shard:
    """What a job has made of some images.

    Attributes:
        array: the `.npy` of the result; its details and facts lie beside it.
        rows: the rows of the whole result that each of its rows fills: two where an image stands
            twice in a set.
    """

    array: Path
    rows: Sequence[Sequence[int]]


def gather(
    target: Path,
    shards: Sequence[Shard],
    summarise: Callable[[Mapping[str, np.ndarray]], dict] | None = None,
) -> None:
    """Store the result of all shards as `save_result` does.

    Args:
        target: the `.npy`; details and facts are written beside it.
        shards: at least one; their rows are together 0 to N - 1.
        summarise: details by name -> facts that speak of all images, if there are any.
    """
    first = read_json(shards[0].array.with_suffix(".json"))
    shared = first["shared"]
    count = sum(len(rows) for shard in shards for rows in shard.rows)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".gather-") as folder:
        files = {
            name: _whole(Path(folder, f"{number}.npy"), shards, name, count)
            for number, name in enumerate(first["details"])
            if name not in shared
        }
        with replacing(target.with_suffix(".npz")) as partial:
            _write_archive(partial, files, shards[0].array, shared)
        details = {name: np.load(file, mmap_mode="r") for name, file in files.items()}
        facts = {name: value for name, value in first.items() if name not in ("shape", "dtype")}
        shapes = {name: list(array.shape) for name, array in details.items()}
        facts["details"] = shapes | {name: first["details"][name] for name in shared}
        facts |= summarise(details) if summarise and "refused" not in first else {}
    _fill(target, shards, [np.load(shard.array, mmap_mode="r") for shard in shards], count)
    array = np.load(target, mmap_mode="r")
    write_json(target.with_suffix(".json"), described(array) | facts)


def _whole(file: Path, shards: Sequence[Shard], name: str, count: int) -> Path:
    """A detail of all images, in a file; where shards differ in width the rest is NaN or -1."""
    shapes = [read_json(shard.array.with_suffix(".json"))["details"][name] for shard in shards]
    widths = [max(sizes) for sizes in zip(*(shape[1:] for shape in shapes), strict=True)]
    with _detail(shards[0], name) as example:
        kind = example.dtype
    with mapped_array(file, (count, *widths), kind) as whole:
        ragged = any(shape[1:] != widths for shape in shapes)
        if ragged:
            whole[:] = np.nan if kind.kind == "f" else -1
        for shard in shards:
            with _detail(shard, name) as part:
                inner = tuple(slice(size) for size in part.shape[1:])
                for rows, value in zip(shard.rows, part, strict=True):
                    whole[(rows, *inner)] = value
    return file


def _fill(file: Path, shards: Sequence[Shard], parts: Sequence[np.ndarray], count: int) -> None:
    with mapped_array(file, (count, *parts[0].shape[1:]), parts[0].dtype) as whole:
        for shard, part in zip(shards, parts, strict=True):
            for rows, value in zip(shard.rows, part, strict=True):
                whole[rows] = value


@contextmanager
def _detail(shard: Shard, name: str) -> Iterator[np.ndarray]:
    with np.load(shard.array.with_suffix(".npz"), allow_pickle=False) as details:
        yield details[name]


def _write_archive(
    file: Path, files: Mapping[str, Path], first: Path, shared: Sequence[str]
) -> None:
    """An `.npz` of the arrays in `files` and of what the shards share, as NumPy writes it."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in files.items():
            with (
                archive.open(f"{name}.npy", "w", force_zip64=True) as entry,
                array.open("rb") as own,
            ):
                shutil.copyfileobj(own, entry, 2**20)
        with np.load(first.with_suffix(".npz"), allow_pickle=False) as details:
            for name in shared:
                with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, details[name], allow_pickle=False)
