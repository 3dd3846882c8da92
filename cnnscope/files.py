"""Files that appear whole or not at all, and the triple in which every result is stored."""

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from cnnscope.errors import UserError

_STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EFBIG, errno.EIO}
_NO_FILES = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; rename it to `path` when the block ends well.

    The name beside is fixed, so what a killed run left behind is overwritten by the next one.

    Raises:
        UserError: the disk is full, or the folder cannot be written to.
    """
    path = Path(path)
    # The suffix stays last: numpy and matplotlib choose the format by it.
    partial = path.with_name(f".partial-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
        # Where both were names of one file already, nothing was replaced.
        partial.unlink(missing_ok=True)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if why_storage_fails(error):
            raise cannot_write(path, error) from error
        raise


@contextmanager
def replacing_folder(path: str | Path) -> Iterator[Path]:
    """As `replacing`, for a folder: what lay at `path` goes when the block ends well."""
    path = Path(path)
    partial = path.with_name(f".partial-{path.name}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        yield partial
        shutil.rmtree(path, ignore_errors=True)
        partial.replace(path)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if why_storage_fails(error):
            raise cannot_write(path, error) from error
        raise


def why_storage_fails(error: BaseException) -> str | None:
    """The reason, where `error` says that a disk is full or cannot be written to."""
    if not isinstance(error, OSError):
        return None
    if error.errno in _STORAGE:
        return error.strerror
    # Where the disk is full, numpy tells how many items it wrote, and not why it stopped.
    short = error.errno is None and "requested and" in str(error)
    return "No space left on device" if short else None


def cannot_write(path: Path, error: OSError) -> UserError:
    """Say that `path` cannot be written, and why."""
    reason = why_storage_fails(error) or error.strerror
    return UserError(f"{path} cannot be written: {reason}; mend it and run again")


def why_no_file(path: str | Path) -> str | None:
    """What `path` is where reading it would not give a file's content; None for a file.

    To open a named pipe is to wait for who writes to it, perhaps for ever.
    """
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        return error.strerror or "no file"
    if stat.S_ISREG(mode):
        return None
    return _NO_FILES.get(stat.S_IFMT(mode), "a device")


def write_json(path: str | Path, content: Mapping) -> None:
    """Write `content` with sorted keys, so that equal content gives equal bytes."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(content, indent=2, sort_keys=True, default=_plain) + "\n")


def read_json(path: str | Path) -> dict:
    return json.loads(Path(path).read_text())


def save_array(path: str | Path, array: np.ndarray) -> None:
    with replacing(path) as partial:
        np.save(partial, array)


@contextmanager
def mapped_array(path: str | Path, shape: tuple[int, ...], dtype) -> Iterator[np.ndarray]:
    """Give an array to fill that is a `.npy` file, so that the memory needed does not grow with it.

    Its values are 0 at first. The file appears whole or not at all, as with `replacing`.
    """
    with replacing(path) as partial:
        if 0 in shape:
            # A file of no bytes cannot be mapped.
            array = np.zeros(shape, dtype)
            yield array
            np.save(partial, array)
            return
        array = np.lib.format.open_memmap(partial, mode="w+", dtype=np.dtype(dtype), shape=shape)
        reserve(partial)
        yield array
        array.flush()


def reserve(file: Path) -> None:
    """Allocate the disk space of a sparse file before it is written through a memory map.

    On a full disk this raises an OSError, whereas the memory map would end the process by a signal.
    """
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as stream:
            os.posix_fallocate(stream.fileno(), 0, file.stat().st_size)


def save_result(
    path: str | Path, array: np.ndarray, details: Mapping[str, np.ndarray], facts: Mapping
) -> None:
    """Store a result as `<name>.npy`, `<name>.npz` and `<name>.json`.

    Args:
        path: the `.npy`; the others lie beside it.
        array: the raw result.
        details: the other arrays of the method, by name.
        facts: what describes them (units, seed, residuals); shape and dtype are added.
    """
    path = Path(path)
    with replacing(path.with_suffix(".npz")) as partial:
        np.savez(partial, **details)
    shapes = {name: list(value.shape) for name, value in details.items()}
    write_json(path.with_suffix(".json"), described(array) | {"details": shapes} | dict(facts))
    save_array(path, array)


def described(array: np.ndarray) -> dict:
    """Shape and dtype of an array, as they stand in the facts of a result."""
    return {"shape": list(array.shape), "dtype": str(array.dtype)}


def load_result(path: str | Path) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """Read what `save_result` stored: the array, its details and its facts.

    The array is mapped and cannot be written to: what nobody looks at is not read.
    """
    path = Path(path)
    return (
        np.load(path, mmap_mode="r", allow_pickle=False),
        load_details(path.with_suffix(".npz")),
        read_json(path.with_suffix(".json")),
    )


def load_details(path: str | Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` by name."""
    with np.load(path, allow_pickle=False) as details:
        return {name: details[name] for name in details.files}


def load_images(files: Iterable[str | Path]) -> np.ndarray:
    """Image sets one after the other, uint8 (N, H, W, C)."""
    return np.concatenate([np.load(file) for file in files])


def _plain(value):
    """Turn numpy's scalars and arrays into what JSON knows."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
