"""Digests of files by content, without reading again what has not changed."""

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.files import replacing


class ContentIndex:
    """Remembers the SHA-256 of files, keyed by their size, times and inode.

    A touched file is read once more and found the same; an unchanged one is not read at all. The
    change time is part of the key because, unlike the modification time, no program can set it.

    Nothing is written before `save`: a plan that is only shown must leave no trace.

    Args:
        memory: the JSON file in which digests are kept; made when missing, ignored when damaged.
    """

    def __init__(self, memory: Path) -> None:
        self.memory = memory
        self._known = _read(memory)
        # What was learnt and is not kept yet, by the file in which it will be kept.
        self._unsaved: dict[Path, dict] = {}

    def digest(self, file: Path) -> str:
        """SHA-256 (hex) of the content of `file`.

        Raises:
            UserError: it cannot be read.
        """
        return self._digest(str(file.absolute()))

    def digests(self, folder: Path, names: Iterable[str]) -> list[str]:
        """The SHA-256 of the content of each file in a folder; see `digest`."""
        # Text, because making Path objects of 100,000 names takes longer than looking at the files.
        base = str(folder.absolute())
        return [self._digest(f"{base}/{name}") for name in names]

    def _digest(self, file: str) -> str:
        try:
            stat = os.stat(file)  # noqa: PTH116
            stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
            known = self._known.get(file)
            if known and known[:-1] == stamp:
                return known[-1]
            content = file_digest(file)
        except OSError as error:
            raise UserError(
                f"{file} cannot be read: {error.strerror}; mend or remove it"
            ) from error
        self._known[file] = [*stamp, content]
        self._unsaved[self.memory] = self._known
        return content

    def remembered(self, file: Path, make: Callable[[Path], dict]) -> dict:
        """`make(file)`, made once for a content of `file` and the code of `make`'s module.

        Args:
            make: gives plain values; its answers are kept beside the digests.
        """
        content = self.digest(file)
        stamp = [content, file_digest(Path(inspect.getfile(make)))]
        memory = self.memory.with_name(f"{make.__name__}-{content[:16]}.json")
        known = self._unsaved.get(memory) or _read(memory)
        if known.get("stamp") == stamp:
            return known["answer"]
        answer = make(file)
        self._unsaved[memory] = {"stamp": stamp, "answer": answer}
        return answer

    def save(self) -> None:
        """Keep what was learnt; a folder that cannot be written to only costs time next time."""
        for memory, known in self._unsaved.items():
            with suppress(OSError, UserError), replacing(memory) as partial:
                partial.write_text(json.dumps(known))
        self._unsaved.clear()


def digest_of_named(digests: Iterable[tuple[str, str]]) -> str:
    """One digest of names and the digests of what they name, in the order given."""
    whole = hashlib.sha256()
    for name, digest in digests:
        whole.update(f"{name!r} {digest}\n".encode())
    return whole.hexdigest()


def content_digest(content: bytes) -> str:
    """SHA-256 (hex) of `content`."""
    return hashlib.sha256(content).hexdigest()


def file_digest(file: str | Path) -> str:
    """SHA-256 (hex) of the content of `file`."""
    with open(file, "rb") as stream:  # noqa: PTH123
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(memory: Path) -> dict[str, list]:
    try:
        known = json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
