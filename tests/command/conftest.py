"""What the tests of the command share: a folder to call it in, and no Snakemake behind it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope.command import explaining

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with two pictures, something else, a config and a file that could be weights."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for name in ("photos/a.png", "b.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(name)
    (tmp_path / "notes.txt").write_text("none")
    (tmp_path / "net.pth").write_bytes(b"weights")
    (tmp_path / "mine.yaml").write_text("seed: 4\nlime: {samples: 30, kernel_width: 0.5}\n")
    return tmp_path


@pytest.fixture
def snakemake(monkeypatch) -> list[str]:
    """The arguments of the Snakemake that the command runs."""
    arguments: list[str] = []

    def run(command: list[str], notices: list[str], *, quiet: bool, targets: bool) -> int:
        own = command[command.index(str(ROOT / "profiles/default")) + 1 :]
        arguments[:] = [*own, *["quiet"] * quiet, *["targets"] * targets]
        return 0

    monkeypatch.setattr(explaining, "watch", run)
    return arguments
