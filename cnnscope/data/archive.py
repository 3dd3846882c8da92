"""Archives read where they lie: nothing is unpacked, so nothing can land anywhere."""

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

from tqdm import tqdm

from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError

_LARGEST = 256 * 2**20
# Photographs are compressed already: what unpacks to more than this times the archive is a bomb.
_SWELLING = 50
_DAMAGES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error,
)  # fmt: skip
_PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)

Member = tuple[str, int, Callable[[], bytes]]


def is_archive(file: Path) -> bool:
    """Whether `file` is a zip or a tar, compressed or not, by its content."""
    return _is_tar(file) or zipfile.is_zipfile(file)


def index_archive(file: Path) -> dict:
    """What lies in an archive: `files`, a list of [name, SHA-256], and `texts` by name.

    Names are relative, in the order of the archive. Texts are those of `classes.txt`.

    Raises:
        UserError: see `read_members`; or two files have one name.
    """
    files: dict[str, str] = {}
    texts: dict[str, str] = {}
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
    """Name and content of the `wanted` files in an archive, in its order: one pass, no seeking.

    Raises:
        UserError: the archive is damaged or encrypted, or one of its entries climbs out of it, is
            absolute, a link, a device, or larger than any image.
    """
    members = _tar_members if _is_tar(file) else _zip_members
    most = _LARGEST + _SWELLING * file.stat().st_size
    try:
        for entry, size, read in members(file):
            name = _plain_name(entry, file)
            if size > _LARGEST:
                raise _refused(file, entry, f"has {size} bytes, which no image has")
            most -= size
            if most < 0:
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
    """The content of an entry, and never more than its size says."""
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
        # tarfile takes a damaged header for the end; a checksum is compared at the very end alone.
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
    """A stream that ends in an error where it gives more than an archive of photographs can.

    Beside the files, whose sizes are known, their names can be of any length, and so can the end.
    """

    def __init__(self, stream: BinaryIO, file: Path) -> None:
        self._stream, self._file = stream, file
        self._most = 2 * _LARGEST + _SWELLING * file.stat().st_size
        self.tell = stream.tell

    def read(self, count: int) -> bytes:
        self._check(self.tell() + count)
        return self._stream.read(count)

    def seek(self, place: int) -> int:
        self._check(place)
        return self._stream.seek(place)

    def _check(self, place: int) -> None:
        if place > self._most:
            raise UserError(
                f"dataset.path: {self._file} is refused: it unpacks to over {_SWELLING} times its "
                "own size, as no photographs do; unpack it yourself if that is right"
            )


def _plain_name(name: str, file: Path) -> str:
    """`name` without "." parts, where it stays inside of the archive on every system."""
    if ".." in re.split(r"[/\\]", name):
        raise _refused(file, name, "climbs out of the archive")
    if re.match(r"[/\\]|[A-Za-z]:", name):
        raise _refused(file, name, "is absolute")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _refused(file: Path, name: str, reason: str) -> UserError:
    return UserError(f"dataset.path: {file} is refused: its entry {name!r} {reason}")
