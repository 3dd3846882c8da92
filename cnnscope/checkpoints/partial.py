"""A download under way: the bytes so far, and a marker that says of what they are the beginning."""

import contextlib
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

from cnnscope.files import read_json, write_json


@dataclass(frozen=True)
class Origin:
    """What must be equal before more bytes may be joined to those that are here.

    Attributes:
        address: SHA-256 of the address: the address itself may hold a token.
        validator: the server's name for this version, a strong ETag or Last-Modified. Size is not
            enough: two checkpoints of one architecture have the same.
        total: bytes of the whole file.
    """

    address: str
    validator: str
    total: int


class Partial:
    """The file beside `target` that a download from `address` is written to.

    Its name is fixed, so that a killed run's bytes can be continued by the next one.
    """

    def __init__(self, target: Path, address: str) -> None:
        self.file = target.with_name(f".partial-{target.name}")
        self.marker = target.with_name(f".partial-{target.name}.json")
        self._address = hashlib.sha256(address.encode()).hexdigest()

    @property
    def held(self) -> int:
        """Bytes that are here."""
        return self.file.stat().st_size if self.file.is_file() else 0

    def origin(self) -> Origin | None:
        """What the bytes here begin, or None if they cannot be continued from this address."""
        try:
            origin = Origin(**read_json(self.marker))
            fits = origin.address == self._address and 0 < self.held < origin.total
        except (OSError, ValueError, TypeError):
            return None
        return origin if fits else None

    def begin(self, validator: str | None, total: int | None) -> None:
        """Start anew with a file of which the server says this."""
        self.discard()
        if validator and total:
            write_json(self.marker, asdict(Origin(self._address, validator, total)))

    def discard(self) -> None:
        for path in (self.file, self.marker):
            # It runs while an error about this very disk is on its way to the user.
            with contextlib.suppress(OSError):
                path.unlink()
