"""Store the state of a training, so that an interrupted one can be resumed."""

import contextlib
import pickle
import shutil
from pathlib import Path

import torch

from cnnscope.files import replacing


class Unfinished:
    """A folder for the state of a training.

    Args:
        folder: created when needed.
        identity: identifies the settings, data and code of the training. The state of a training
            with another identity is removed.

    Attributes:
        found: the stored state with this identity, or None.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        self.folder, self._identity = Path(folder), identity
        self._file = self.folder / "state.pt"
        self.found = self._read()
        if self.found is None:
            self.remove()

    def keep(self, state: dict) -> None:
        """Store `state`, which holds tensors and plain values."""
        with replacing(self._file) as partial:
            torch.save({"identity": self._identity, "state": state}, partial)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self) -> dict | None:
        # If the state is damaged, the training starts from the beginning.
        with contextlib.suppress(OSError, RuntimeError, EOFError, KeyError, pickle.UnpicklingError):
            kept = torch.load(self._file, map_location="cpu", weights_only=True)
            if kept["identity"] == self._identity:
                return kept["state"]
        return None
