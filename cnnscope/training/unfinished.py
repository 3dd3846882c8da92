"""What an interrupted training leaves, so that the next one goes on instead of beginning anew."""

import contextlib
import pickle
import shutil
from pathlib import Path

import torch

from cnnscope.files import replacing


class Unfinished:
    """A folder for the state of a training.

    Args:
        folder: made when needed.
        identity: of the training (settings, data, code); a state of another one is of no use.

    Attributes:
        found: what was kept for this identity, or None.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder, self._identity = Path(folder), identity
        self._file = self.folder / "state.pt"
        self.found = self._read()
        if self.found is None:
            self.remove()

    def keep(self, state: dict) -> None:
        """Store tensors and plain values."""
        with replacing(self._file) as partial:
            torch.save({"identity": self._identity, "state": state}, partial)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self) -> dict | None:
        # A damaged state is as good as none: the training then begins anew.
        with contextlib.suppress(OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError):
            kept = torch.load(self._file, map_location="cpu", weights_only=True)
            if kept["identity"] == self._identity:
                return kept["state"]
        return None
