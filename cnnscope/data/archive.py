"""Archives read where they lie: nothing is unpacked, so nothing can land anywhere."""

import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError

_LARGEST = 256 * 2**20
_DAMAGES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)

Member = tuple[str, int, Callable[[], bytes]]


def is_archive(file: Path) -> bool:
    """Whether `file` is a zip or a tar, compressed or not, by its content."""
    return tarfile.is_tarfile(file) or zipfile.is_zipfile(file)


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
    members = _tar_members if tarfile.is_tarfile(file) else _zip_members
    try:
        for entry, size, read in members(file):
            name = _plain_name(entry, file)
            if not wanted(name):
                continue
            if size > _LARGEST:
                raise _refused(file, entry, f"has {size} bytes, which no image has")
            yield name, read()
    except _DAMAGES as error:
        reason = str(error) or type(error).__name__
        raise UserError(f"dataset.path: {file} cannot be read as an archive: {reason}") from error


def _zip_members(file: Path) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if stat.S_IFMT(entry.external_attr >> 16) not in _KINDS:
                raise _refused(file, entry.filename, "is a link or a device")
            if not entry.is_dir():
                yield entry.filename, entry.file_size, lambda entry=entry: archive.read(entry)
            else:
                _plain_name(entry.filename, file)


def _tar_members(file: Path) -> Iterator[Member]:
    with tarfile.open(file, "r:*") as archive:
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


def _plain_name(name: str, file: Path) -> str:
    """`name` without "." parts, where it stays inside of the archive on every system."""
    if ".." in re.split(r"[/\\]", name):
        raise _refused(file, name, "climbs out of the archive")
    if re.match(r"[/\\]|[A-Za-z]:", name):
        raise _refused(file, name, "is absolute")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _refused(file: Path, name: str, reason: str) -> UserError:
    return UserError(f"dataset.path: {file} is refused: its entry {name!r} {reason}")
