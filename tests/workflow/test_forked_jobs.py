"""The jobs of a run begin with their libraries imported, and make what they make without that."""

import shutil
from pathlib import Path

import pytest
from small_project import Project

STARTED = """
import os
with open(os.environ["CNNSCOPE_STARTED"], "a") as file:
    file.write(f"{os.getpid()}\\n")
"""
TARGETS = ("saliency", "lime")


@pytest.mark.parametrize("given", [{}, {"CNNSCOPE_FORK_SERVER": "off"}])
def test_jobs_are_forked_unless_they_are_not_to_be_and_make_the_same_bytes(
    fresh, ran, tmp_path, given
):
    (tmp_path / "sitecustomize.py").write_text(STARTED)
    started = tmp_path / "started"
    environment = {"PYTHONPATH": str(tmp_path), "CNNSCOPE_STARTED": str(started)}
    project = Project(Path(shutil.copytree(fresh, tmp_path / "project")), environment | given)
    jobs = sum(project.jobs(*TARGETS).values())
    started.unlink()
    done = project.snakemake(*TARGETS)
    assert done.returncode == 0, done.stdout + done.stderr
    # Snakemake, its server, and the jobs that had begun before that was ready.
    processes = len(started.read_text().split())
    assert (processes > jobs / 2) == bool(given), (processes, jobs)
    for name in TARGETS:
        (array,) = project.folder.glob(f"results/*/attributions/{name}.npy")
        assert array.read_bytes() == (ran / array.relative_to(project.folder)).read_bytes()
