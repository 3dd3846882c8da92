"""The public functions are typed, for their own code and for who calls them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PUBLIC = ("__init__.pyi", "api.py", "api_arguments.py", "explanation.py", "figures/explained.py")
USED = """\
from pathlib import Path
from typing import assert_type

import numpy as np
import numpy.typing as npt
import PIL.Image
from matplotlib.figure import Figure
from torch import nn

from cnnscope import Explanation, explain, score


def use(model: nn.Module, images: npt.NDArray[np.uint8], picture: PIL.Image.Image) -> None:
    found = explain(model, images, method="lime", targets=[0, 1], samples=100)
    assert_type(found, Explanation)
    assert_type(found.values, npt.NDArray[np.float32])
    assert_type(found.plot(["cat", "dog"]), Figure)
    assert_type(found.save(Path("out")), None)
    assert_type(score(model, found, metric="deletion", steps=8), npt.NDArray[np.float32])
    explain(model, picture, mean=(0.5,), std=(0.5,))
    explain(model, [picture, picture], background=images, method="shap")
"""
WRONG = """\
explain(model, images, seed="three")
explain(model, images, method=3)
found.values = found.values
score(model, images)
found.explain()
"""


def test_what_is_public_and_a_script_that_calls_it_pass_mypy(tmp_path):
    used = tmp_path / "used.py"
    used.write_text(USED + "".join(f"    {line}\n" for line in WRONG.splitlines()))
    command = (sys.executable, "-m", "mypy", "--no-incremental", "--no-error-summary")
    files = [str(ROOT / "cnnscope" / name) for name in PUBLIC]
    done = subprocess.run([*command, *files, used], cwd=ROOT, capture_output=True, text=True)
    first = len(USED.splitlines()) + 1
    told = [line.removeprefix(f"{used}:").split(":")[0] for line in done.stdout.splitlines()]
    wanted = [str(first + number) for number in range(len(WRONG.splitlines()))]
    assert told == wanted, done.stdout + done.stderr


def test_the_wheel_ships_the_types():
    assert (ROOT / "cnnscope/py.typed").is_file() and (ROOT / "cnnscope/__init__.pyi").is_file()
