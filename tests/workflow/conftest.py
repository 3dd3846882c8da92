"""A finished small run, made once; every test gets a copy that it may spoil."""

import fcntl
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from held import watching
from libraries import LIBRARIES
from small_project import ROOT, SMALL, Project, copy_code, copy_project, draw_food

from cnnscope.fork_server import serving


@pytest.fixture(scope="session")
def forked_python(tmp_path_factory) -> Iterator[Path]:
    with serving(tmp_path_factory.mktemp("python"), LIBRARIES) as python:
        yield python


@pytest.fixture(scope="session")
def fresh(tmp_path_factory) -> Path:
    """The project with a dataset and a config, never run."""
    folder = tmp_path_factory.mktemp("fresh") / "project"
    folder.mkdir()
    copy_code(folder)
    draw_food(folder / "food")
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    return folder


@pytest.fixture(scope="session")
def ran(fresh, tmp_path_factory, forked_python) -> Path:
    """The project after one whole run; what its jobs computed first is in `watched` beside it.

    Of the processes that share the tests, the first that needs it makes it for all.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, watched, whole = (shared / "ran" / name for name in ("project", "watched", "whole"))
    with (shared / "ran.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            shutil.copytree(fresh, folder)
            watched.mkdir()
            words = ("-m", "snakemake", "--cores", "4", "--configfile", "small.yaml")
            done = Project(folder, watching(watched)).call(str(forked_python), *words)
            assert done.returncode == 0, done.stdout + done.stderr
            whole.touch()
    return folder


@pytest.fixture
def project(fresh, tmp_path, forked_python) -> Project:
    return Project(Path(shutil.copytree(fresh, tmp_path / "project")), python=forked_python)


@pytest.fixture
def finished(ran, tmp_path, forked_python) -> Project:
    return Project(copy_project(ran, tmp_path / "project"), python=forked_python)


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> str:
    """A folder with what the wheel holds, as pip would install it."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = Project(ROOT).call(*build)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return str(folder / "site")
