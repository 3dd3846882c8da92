"""Two runs give the same bytes, whatever differs between them that should not matter."""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import Project

MADE = (".npy", ".npz", ".csv", ".json", ".png", ".safetensors")


def made(folder: Path) -> dict[str, bytes]:
    """Every result below `folder`, by its path there."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.suffix in MADE
    }


def shuffled_copy(source: Path, target: Path) -> None:
    """The same files, written in another order."""
    files = [file for file in source.rglob("*") if file.is_file()]
    random.Random(1).shuffle(files)
    for file in files:
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


@pytest.fixture(scope="session")
def elsewhere(fresh, tmp_path_factory) -> Path:
    """A run from nothing where all is different that must not matter.

    Place and order of the dataset's files, number of cores and of threads offered, order of the
    targets, umask, locale, time zone, hash seed, terminal.
    """
    folder = tmp_path_factory.mktemp("else where")
    shutil.copytree(fresh, folder / "project", ignore=shutil.ignore_patterns("food"))
    shuffled_copy(fresh / "food", folder / "photo graphs")
    config = yaml.safe_load((fresh / "small.yaml").read_text())
    config["dataset"] = {"path": "../photo graphs"}
    (folder / "project/small.yaml").write_text(yaml.safe_dump(config))
    surroundings = {
        "OMP_NUM_THREADS": "3",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Asia/Kathmandu",
        "PYTHONHASHSEED": "77",
        "COLUMNS": "40",
        "MPLBACKEND": "svg",
    }
    for targets in (["shap", "confusion"], ["lime", "top_images", "saliency"], []):
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", *targets, "--cores", "1", "--configfile",
             "small.yaml"],
            cwd=folder / "project",
            env=os.environ | surroundings,
            umask=0o077,
            capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "project"


def test_a_run_elsewhere_gives_the_same_bytes(ran, elsewhere):
    here, there = made(ran / "results/small"), made(elsewhere / "results/small")
    assert len(here) > 60 and {"provenance.json", "figures/lime.png", "manifest.csv"} < here.keys()
    # The manifest names where each photograph lies, and one digest of it follows.
    different = {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}
    assert different == set()


def test_another_batch_size_or_thread_count_changes_no_answer(finished):
    """Sums in another order differ in their last bits, and in nothing else."""
    before = np.load(finished.folder / "results/small/attributions/saliency.npy")
    finished.configure(threads=1)
    done = Project(finished.folder).snakemake("results/small/attributions/saliency.npy")
    assert done.returncode == 0, done.stderr
    after = np.load(finished.folder / "results/small/attributions/saliency.npy")
    np.testing.assert_allclose(after, before, atol=1e-5 * before.max())
