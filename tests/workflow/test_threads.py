"""A job computes alike however many cores it gets, and with two threads as with one."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_project import ROOT

from cnnscope.provenance import Root, closure


def imports_pytorch(script: Path) -> bool:
    _, libraries = closure(frozenset([script]), (Root(ROOT), Root(ROOT / "scripts")))
    return "torch" in libraries


COMPUTING = {
    script.name
    for script in (ROOT / "scripts").glob("*.py")
    if not script.name.endswith("_context.py") and imports_pytorch(script)
}
SCRIPT = """
import hashlib
import sys
from types import SimpleNamespace

import numpy as np
from cnnscope.job import job
from cnnscope.planning.task import Task

snakemake = SimpleNamespace(
    log=[sys.argv[1] + "/log"], input={},
    output=SimpleNamespace(record=sys.argv[1] + "/record.json"),
    params=SimpleNamespace(
        settings={}, task=Task({"key": ""}, {}, {}, sys.argv[1], None, was_whole=False)
    ),
)
rng = np.random.default_rng(0)
on, weight = rng.random((1000, 60)) < 0.5, rng.random(1000)
with job(snakemake):
    normal = (on * weight[:, None]).T @ on
    print(hashlib.sha256(np.linalg.solve(normal, on.T @ weight).tobytes()).hexdigest())
"""


def test_a_job_solves_equations_alike_with_one_core_and_with_two(tmp_path):
    """Of LIME's size; Snakemake sets these variables to the cores that a job gets."""
    answers = set()
    for cores in ("1", "2", "4"):
        given = {f"{name}_NUM_THREADS": cores for name in ("OMP", "OPENBLAS", "MKL")}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            env=os.environ | given | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        answers.add(done.stdout)
    assert len(answers) == 1 and answers != {""}


def test_each_job_settles_the_vector_functions_before_it_uses_several_threads(ran):
    """Of all that computes in a whole run: what each did before it chose its number of threads.

    Where one is called first by two threads at once, about one process in a thousand errs, which
    no other test would see.
    """
    noted = [json.loads(file.read_text()) for file in ran.with_name("watched").iterdir()]
    # Gathering imports the files of LIME and SHAP for their summaries, which compute nothing with
    # PyTorch.
    gathering = [note for note in noted if note["script"] == "gather.py"]
    assert [note["calls"] for note in gathering] == [[]] * 2
    noted = [note for note in noted if note not in gathering]
    unasked = {"cascade.py", "class_ascent.py", "convert.py", "dreams.py", "score.py", "trials.py"}
    assert {note["script"] for note in noted} == COMPUTING - unasked
    for note in noted:
        assert note["threads"] == 2, note["script"]
        assert {count for _, _, count in note["calls"]} == {1}, note["script"]
        settled = {(name, kind) for name, kind, _ in note["calls"]}
        for name in ("exp", "log", "logit", "sqrt", "tanh", "erf"):
            assert {(name, "torch.float32"), (name, "torch.float64")} <= settled, note["script"]


@pytest.mark.parametrize("script", sorted(COMPUTING))
def test_what_imports_pytorch_has_its_model_and_so_its_threads_from_one_place(script):
    called = {
        node.func.id
        for node in ast.walk(ast.parse((ROOT / "scripts" / script).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & {"new_model", "load_model"}
