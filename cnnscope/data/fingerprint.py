"""Digests of files by content, without reading again what has not changed."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.files import replacing


class ContentIndex:
    """Remembers the SHA-256 of files, keyed by their size, times and inode.

    A touched file is read once more and found the same; an unchanged one is not read at all. The
    change time is part of the key because, unlike the modification time, no program can set it.

    Args:
        memory: the JSON file in which digests are kept; made when missing, ignored when damaged.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known = _read(memory)
        self._changed = False

    def digest(self, file: Path) -> str:
        """SHA-256 (hex) of the content of `file`."""
        key = str(file.absolute())
        stat = file.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        known = self._known.get(key)
        if known and known[:-1] == stamp:
            return known[-1]
        content = file_digest(file)
        self._known[key] = [*stamp, content]
        self._changed = True
        return content

    def digest_of_all(self, folder: Path, names: Iterable[str]) -> str:
        """One digest of the names and contents of files in `folder`, in the order given."""
        whole = hashlib.sha256()
        for name in names:
            whole.update(f"{name!r} {self.digest(folder / name)}\n".encode())
        return whole.hexdigest()

    def save(self) -> None:
        """Keep what was learnt; a folder that cannot be written to only costs time next time."""
        if not self._changed:
            return
        with suppress(OSError, UserError), replacing(self._memory) as partial:
            partial.write_text(json.dumps(self._known))


def file_digest(file: Path) -> str:
    """SHA-256 (hex) of the content of `file`."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(memory: Path) -> dict[str, list]:
    try:
        known = json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
