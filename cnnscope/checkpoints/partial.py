"""A partial download: the bytes received so far, and a record of which file they belong to."""

import contextlib
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from cnnscope.files import read_json, write_json


@dataclass(frozen=True)
class Origin:
    """Which file the stored bytes are from; it must be the same before bytes are appended.

    Attributes:
        address: SHA-256 of the address, because the address itself may contain access tokens.
        validator: the strong ETag or the Last-Modified date by which the server identifies this
            version. The size alone is the same for all checkpoints of an architecture.
        total: size of the whole file in bytes.
    """

    address: str
    validator: str
    total: int


class Partial:
    """The file next to `target` to which a download from `address` is written.

    Its name depends on `target` alone, so that a run can resume the download of a killed one.

    Attributes:
        file: path of the partial file.
        marker: path of the JSON file that holds its `Origin`.
    """

    def __init__(self, target: Path, address: str) -> None:
        self.file = target.with_name(f".partial-{target.name}")
        self.marker = target.with_name(f".partial-{target.name}.json")
        self._address = hashlib.sha256(address.encode()).hexdigest()

    @property
    def held(self) -> int:
        """Number of bytes stored."""
        return self.file.stat().st_size if self.file.is_file() else 0

    def origin(self) -> Origin | None:
        """The origin of the stored bytes, or None if they cannot be resumed from this address."""
        try:
            origin = Origin(**read_json(self.marker))
            fits = origin.address == self._address and 0 < self.held < origin.total
        except (OSError, ValueError, TypeError):
            return None
        return origin if fits else None

    def begin(self, validator: str | None, total: int | None) -> None:
        """Discard the stored bytes and start a new file, of this version and size in bytes."""
        self.discard()
        if validator and total:
            write_json(self.marker, asdict(Origin(self._address, validator, total)))

    def discard(self) -> None:
        for path in (self.file, self.marker):
            # Called after an error of the disk, which another one here must not replace.
            with contextlib.suppress(OSError):
                path.unlink()
