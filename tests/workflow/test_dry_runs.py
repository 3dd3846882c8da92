"""A plan that is only shown leaves no trace: no name, no byte and no time is another one."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def snapshot(folder: Path) -> dict[str, tuple]:
    """The time and the content of each file and folder, the project's own included."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        found[str(path.relative_to(folder))] = (path.lstat().st_mtime_ns, content)
    return found


def plan(project) -> subprocess.CompletedProcess:
    """By a Python of its own, which is free to keep what it compiles."""
    environment = {key: value for key, value in os.environ.items() if "DONTWRITE" not in key}
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "--cores", "2", "--configfile", "small.yaml"],
        cwd=project.folder,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def nothing(project) -> None:
    pass


def change_a_setting(project) -> None:
    project.configure(seed=1)


def lose_what_was_learnt(project) -> None:
    shutil.rmtree(project.folder / ".snakemake")
    shutil.rmtree(project.folder / "results/.index")


def damage_a_result(project) -> None:
    array = project.folder / "results/small/attributions/lime.npy"
    array.write_bytes(array.read_bytes()[:-8])


def pack_the_dataset(project) -> None:
    shutil.make_archive(project.folder / "packed", "gztar", project.folder / "food")
    project.configure(dataset={"path": "packed.tar.gz"})


@pytest.mark.parametrize("change", [nothing, pack_the_dataset])
def test_a_plan_of_a_fresh_project_leaves_no_trace(project, change):
    change(project)
    check(project)


@pytest.mark.parametrize(
    "change",
    [nothing, change_a_setting, lose_what_was_learnt, damage_a_result, pack_the_dataset],
)
def test_a_plan_of_a_finished_project_leaves_no_trace(finished, change):
    change(finished)
    check(finished)


def check(project) -> None:
    before = snapshot(project.folder)
    done = plan(project)
    assert done.returncode == 0, done.stdout + done.stderr
    after = snapshot(project.folder)
    assert after.keys() == before.keys()
    assert {path for path in before if before[path] != after[path]} == set()
