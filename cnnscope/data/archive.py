"""Read the images of zip and tar archives without unpacking them to disk.

So an entry with a malicious path cannot overwrite files outside of the archive.
"""

import bz2
import gzip
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError

_LARGEST = 256 * 2**20  # bytes of one file
# Images are compressed already. An archive that unpacks to more than this multiple of its own size
# is a decompression bomb.
_SWELLING = 50
# What the standard library raises while it reads a damaged archive.
_DAMAGES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error,
)  # fmt: skip
_PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
# Zip files from other systems than Unix have no file type, which reads as 0.
_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)

# Name, size in bytes, and a function that reads the content.
Member = tuple[str, int, Callable[[], bytes]]


def is_archive(file: Path) -> bool:
    """Whether the content of `file`, not its suffix, is a zip or a tar, compressed or not."""
    return _is_tar(file) or zipfile.is_zipfile(file)


def index_archive(file: Path) -> dict:
    """List the files of an archive.

    Returns:
        `files`, a list of (name, SHA-256) in the order of the archive, and `texts`, a dict from
        the name of each `classes.txt` to its text. Names are relative paths.

    Raises:
        UserError: see `read_members`; also where two files have the same name.
    """
    files: dict[str, str] = {}
    texts: dict[str, str] = {}
    # Only here: a plan imports this module, also where nothing but Snakemake is installed.
    from tqdm import tqdm

    progress = tqdm(desc=file.name, unit="file", disable=None)
    for name, content in read_members(file, lambda name: True):
        progress.update()
        if name in files:
            raise UserError(f"dataset.path: {file} holds {name} twice; keep one of them")
        files[name] = content_digest(content)
        if name.rpartition("/")[2] == "classes.txt":
            texts[name] = content.decode("utf-8", "replace")
    progress.close()
    return {"files": list(files.items()), "texts": texts}


def read_members(file: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files in an archive for whose name `wanted` is true.

    The archive is read once, in its order, because seeking in a compressed tar means decompressing
    it again from the start.

    Raises:
        UserError: the archive is damaged or encrypted, or unpacks to far more than its own size;
            or an entry has an absolute path, a path that leads out of the archive, or more bytes
            than any image, or is a link or a device.
    """
    members = _tar_members if _is_tar(file) else _zip_members
    remaining = _LARGEST + _SWELLING * file.stat().st_size
    try:
        for entry, size, read in members(file):
            name = _plain_name(entry, file)
            if size > _LARGEST:
                raise _refused(file, entry, f"has {size} bytes, which no image has")
            remaining -= size
            if remaining < 0:
                raise _refused(file, entry, f"swells it to over {_SWELLING} times its own size")
            if wanted(name):
                yield name, read()
    except _DAMAGES as error:
        reason = str(error) or type(error).__name__
        raise UserError(f"dataset.path: {file} cannot be read as an archive: {reason}") from error


def _zip_members(file: Path) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if stat.S_IFMT(entry.external_attr >> 16) not in _KINDS:
                raise _refused(file, entry.filename, "is a link or a device")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _refused(file, entry.filename, "is packed in a way that zip seldom uses")
            if not entry.is_dir():
                yield entry.filename, entry.file_size, lambda entry=entry: _unzip(archive, entry)
            else:
                _plain_name(entry.filename, file)


def _unzip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of an entry, cut at the size that the archive states: it may unpack to more."""
    with archive.open(entry) as stream:
        return stream.read(entry.file_size)


def _tar_members(file: Path) -> Iterator[Member]:
    with (
        _unpacked(file) as stream,
        tarfile.open(fileobj=_Bounded(stream, file), mode="r:") as archive,
    ):
        for entry in archive:
            if not (entry.isreg() or entry.isdir()):
                raise _refused(file, entry.name, "is a link or a device")
            if entry.isreg():
                yield entry.name, entry.size, lambda entry=entry: archive.extractfile(entry).read()
            else:
                _plain_name(entry.name, file)
        # tarfile takes a damaged header for the end of the archive, and a decompressor compares its
        # checksum only at the end of the stream: so read on, and accept nothing but padding.
        while rest := archive.fileobj.read(2**20):
            if rest.strip(b"\0"):
                raise tarfile.ReadError("it does not end where its files do")


def _is_tar(file: Path) -> bool:
    try:
        with _unpacked(file) as stream, tarfile.open(fileobj=_Bounded(stream, file), mode="r:"):
            return True
    except _DAMAGES:
        return False


def _unpacked(file: Path) -> BinaryIO:
    with file.open("rb") as stream:
        head = stream.read(6)
    for signature, opened in _PACKED.items():
        if head.startswith(signature):
            return opened(file, "rb")
    return file.open("rb")


class _Bounded:
    """A stream that raises an error once it yields more than an archive of images can hold.

    `read_members` limits the sizes of the files. This limits the rest too: the names, and the
    padding at the end, can have any length.
    """

    def __init__(self, stream: BinaryIO, file: Path) -> None:
        self._stream, self._file = stream, file
        self._most = 2 * _LARGEST + _SWELLING * file.stat().st_size
        self.tell = stream.tell

    def read(self, count: int) -> bytes:
        self._check(self.tell() + count)
        return self._stream.read(count)

    def seek(self, position: int) -> int:
        self._check(position)
        return self._stream.seek(position)

    def _check(self, position: int) -> None:
        if position > self._most:
            raise UserError(
                f"dataset.path: {self._file} is refused: it unpacks to over {_SWELLING} times its "
                "own size, as no photographs do; unpack it yourself if that is right"
            )


def _plain_name(name: str, file: Path) -> str:
    """`name` without its "." parts.

    Raises:
        UserError: on some operating system the name would lead out of the archive.
    """
    if ".." in re.split(r"[/\\]", name):
        raise _refused(file, name, "climbs out of the archive")
    if re.match(r"[/\\]|[A-Za-z]:", name):
        raise _refused(file, name, "is absolute")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _refused(file: Path, name: str, reason: str) -> UserError:
    return UserError(f"dataset.path: {file} is refused: its entry {name!r} {reason}")
