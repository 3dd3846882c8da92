"""Two runs over one dataset, one after the other or at once, share what they have in common."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from held import ended, held

TARGET = "saliency"
OTHER = ("--config", "run=other")


def files(project, run: str) -> dict[str, bytes]:
    """What a run has published, without its records, which hold the name of the run."""
    folder = project.folder / "results" / run
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.suffix in (".npy", ".npz", ".json", ".csv", ".png", ".safetensors")
        and "records" not in file.parts
    }


def nothing_half_written(project) -> bool:
    return not list(project.folder.rglob(".partial-*"))


def test_two_networks_on_one_dataset_decode_it_once_and_keep_each_other_intact(finished):
    first = files(finished, "small")
    finished.configure(run="other", seed=1)
    planned = finished.planned()
    assert "decode" not in planned and planned["train"] == 1
    assert finished.snakemake().returncode == 0
    second = files(finished, "other")
    assert second.keys() == first.keys()
    weights = "model/weights.safetensors"
    assert second[weights] != first[weights]
    assert second["data/training.npy"] == first["data/training.npy"]
    for run, seed, wanted in (("small", 0, first), ("other", 1, second), ("small", 0, first)):
        finished.configure(run=run, seed=seed)
        assert finished.jobs() == {}
        assert files(finished, run) == wanted
        assert finished.snakemake("verify").returncode == 0


def test_two_networks_under_one_name_take_turns_and_neither_is_trained_again(finished):
    first = files(finished, "small")
    finished.configure(seed=1)
    assert finished.snakemake().returncode == 0
    second = files(finished, "small")
    for seed, wanted in ((0, first), (1, second)):
        finished.configure(seed=seed)
        assert finished.planned() == {}
        assert finished.snakemake().returncode == 0
        assert files(finished, "small") == wanted


@pytest.fixture
def wanted(ran) -> dict[str, bytes]:
    names = ("attributions/saliency.npy", "figures/saliency.png", "data/training.npy")
    return {name: (ran / "results/small" / name).read_bytes() for name in names}


def made(project, run: str, names) -> dict[str, bytes]:
    return {name: (project.folder / "results" / run / name).read_bytes() for name in names}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files")
def test_a_second_run_waits_for_the_result_that_a_first_one_is_making(project, wanted):
    """Both train the same network; the first is held where it has the weights and no record."""
    with held(project, "weights.safetensors", TARGET, python=project.python) as (first, go):
        second = second_run(project)
        wait_until_it_waits(project)
        go.touch()
        assert ended(first) == 0
        said, _ = second.communicate()
        assert second.returncode == 0, said
    assert made(project, "small", wanted) == made(project, "other", wanted) == wanted
    (log,) = project.folder.glob("results/.store/train/*/log.txt")
    assert "another run has made this result in the meantime" in log.read_text()
    assert nothing_half_written(project)
    assert project.jobs(TARGET) == project.jobs(TARGET, *OTHER) == {}


def test_a_run_of_another_seed_ends_well_while_one_is_held(finished, wanted):
    """They have the dataset in common and nothing else."""
    before = files(finished, "small")
    (finished.folder / "results/small/figures/saliency.png").unlink()
    with held(finished, "saliency.png", TARGET, python=finished.python) as (first, go):
        done = finished.snakemake(TARGET, "--config", "run=other", "seed=1")
        assert done.returncode == 0, done.stdout + done.stderr
        go.touch()
        assert ended(first) == 0
    assert files(finished, "small") == before
    other = made(finished, "other", wanted)
    assert other["data/training.npy"] == wanted["data/training.npy"]
    assert other["attributions/saliency.npy"] != wanted["attributions/saliency.npy"]
    assert nothing_half_written(finished)
    assert finished.snakemake("verify").returncode == 0


def second_run(project) -> subprocess.Popen:
    return subprocess.Popen(
        [project.python, "-m", "snakemake", TARGET, *OTHER, "--cores", "2", "--configfile",
         "small.yaml"],
        cwd=project.folder,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip


def wait_until_it_waits(project) -> None:
    """Until two processes have opened the folder in which one is at work."""
    (folder,) = project.folder.glob("results/.store/train/*")
    while True:
        holders = set()
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            try:
                if link.readlink() == folder:
                    holders.add(link.parts[2])
            except OSError:
                pass
        if len(holders) > 1:
            return
        time.sleep(0.05)
