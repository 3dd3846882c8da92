"""The examples of docs/command.md and docs/library.md, run as they stand."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from cnnscope.command import explaining
from cnnscope.command.main import main

DOCS = Path(__file__).parents[1] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the files of the examples lie."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    rng = np.random.default_rng(0)
    for name in ("photo.jpg", "cat.jpg", "dog.jpg", "photos/a.jpg"):
        Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8)).save(name)
    shutil.make_archive("photos", "zip", tmp_path, "photos")
    (tmp_path / "my_net.py").write_text("class Net: ...\n")
    (tmp_path / "mine.pth").touch()
    return tmp_path


def test_every_call_of_the_command_is_one(folder, monkeypatch):
    """Snakemake itself is left out, and what an earlier line has explained is forgotten."""
    seen = []
    monkeypatch.setattr(explaining, "watch", lambda command, *_, **how: seen.append(command) or 0)
    lines = [line for block in blocks("command.md", "") for line in block.splitlines()]
    calls = [shlex.split(line, comments=True)[1:] for line in lines if line]
    assert len(calls) > 12 and all(line.startswith("cnnscope ") for line in lines if line)
    for call in calls:
        monkeypatch.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert main(call) == 0, call
        assert said.getvalue() or call[0] in ("explain", "report")
    assert len(seen) == 7
    assert (folder / "out/config.yaml").is_file() and (folder / "explained/config.yaml").is_file()


def test_the_script_of_the_library_runs(folder, one_thread):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(3, 4, 7, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
        nn.Linear(64, 5),
    )  # fmt: skip
    names = {"model": model}
    for block in blocks("library.md", "python"):
        exec(compile(block, "library.md", "exec"), names)
    assert names["explanation"].values.shape == (2, 224, 224)
    assert names["second"].residuals.shape == (1,) and names["hidden"].probabilities.shape == (2, 2)
    made = sorted(file.name for file in (folder / "out").iterdir())
    assert made == ["grad_cam.json", "grad_cam.npy", "grad_cam.npz", "grad_cam.png"]
    plt.close("all")
