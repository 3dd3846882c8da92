"""Sums are taken in one order, however many cores a job gets."""

import os
import subprocess
import sys

from conftest import ROOT

SCRIPT = """
import hashlib
import sys
from types import SimpleNamespace

import numpy as np
from job_context import job

snakemake = SimpleNamespace(
    log=[sys.argv[1] + "/log"], output=[],
    params=SimpleNamespace(
        settings={}, ledger=sys.argv[1] + "/provenance.json", job="fit",
        record={"inputs": {}},
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
        paths = os.pathsep.join([str(ROOT), str(ROOT / "scripts")])
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            env=os.environ | given | {"PYTHONPATH": paths},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        answers.add(done.stdout)
    assert len(answers) == 1 and answers != {""}
