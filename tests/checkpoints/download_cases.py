"""Downloads into a folder, and a body to download."""

import hashlib
import random
from pathlib import Path

import pytest

from cnnscope.checkpoints.download import download
from cnnscope.errors import UserError

BODY = random.Random(0).randbytes(400_000)
SHA = hashlib.sha256(BODY).hexdigest()
VERSION = {"ETag": '"v1"'}


class Getter:
    """Downloads to a fixed target and keeps what was logged and how long it would have slept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "weights.pth"
        self.lines: list[str] = []
        self.waits: list[float] = []

    def __call__(self, address: str, sha256: str | None = None, **options) -> str:
        options = {"log": self.lines.append, "sleep": self.waits.append} | options
        return download(address, self.target, sha256, **options)

    def fails(self, address: str, sha256: str | None = None, **options) -> str:
        """The one line that the user reads."""
        with pytest.raises(UserError) as caught:
            self(address, sha256, **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())
