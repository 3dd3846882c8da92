"""Two runs give the same bytes, whatever differs between them that should not matter."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import yaml

MADE = (".npy", ".npz", ".csv", ".json", ".png", ".safetensors")
NAMED = ("records/gather_lime.json", "figures/lime.png", "manifest.csv")


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


SURROUNDINGS = {
    "OMP_NUM_THREADS": "3",
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "tr_TR.UTF-8",
    "TZ": "Asia/Kathmandu",
    "PYTHONHASHSEED": "77",
    "COLUMNS": "40",
    "MPLBACKEND": "svg",
}
# How often the run is killed on its way: CNNSCOPE_KILLS=50 bash tests/run.sh -k killed
KILLS = int(os.environ.get("CNNSCOPE_KILLS", "3"))


def run(folder: Path, *targets: str, seconds: float | None = None) -> int | None:
    """Build `targets`; or kill the whole group `seconds` after a job has begun: None comes back."""
    process = subprocess.Popen(
        [sys.executable, "-m", "snakemake", *targets, "--cores", "1", "--nolock", "--configfile",
         "small.yaml"],
        cwd=folder,
        env=os.environ | SURROUNDINGS,
        umask=0o077,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    if seconds is None:
        return process.wait()
    begun = time.time()
    while process.poll() is None and not has_begun(folder, begun):
        time.sleep(0.02)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def has_begun(folder: Path, since: float) -> bool:
    logs = folder.glob("results/small/logs/*.log")
    return any(log.stat().st_mtime >= since for log in logs)


def test_a_run_elsewhere_that_is_killed_on_its_way_gives_the_same_bytes(ran, fresh, tmp_path):
    """From nothing, with all different that must not matter.

    Place and order of the dataset's files, number of cores and of threads offered, order of the
    targets, umask, locale, time zone, hash seed, width of the terminal; and SIGKILL for the whole
    process group at random moments.
    """
    folder = tmp_path / "else where"
    shutil.copytree(fresh, folder / "project", ignore=shutil.ignore_patterns("food"))
    shuffled_copy(fresh / "food", folder / "photo graphs")
    config = yaml.safe_load((fresh / "small.yaml").read_text())
    config["dataset"] = {"path": "../photo graphs"}
    (folder / "project/small.yaml").write_text(yaml.safe_dump(config))
    rng = random.Random(KILLS)
    killed = 0
    while killed < KILLS:
        ended = run(folder / "project", "shap", "confusion", seconds=rng.uniform(0, 6))
        assert ended in (None, 0)
        if ended == 0:
            # All was made before the last of the kills: they go on over a run from nothing.
            shutil.rmtree(folder / "project/results")
        else:
            killed += 1
    for targets in (["lime", "top_images", "saliency"], []):
        assert run(folder / "project", *targets) == 0
    here, there = made(ran / "results/small"), made(folder / "project/results/small")
    assert len(here) > 50 and set(NAMED) < here.keys()
    assert here.keys() == there.keys()
    assert [name for name, content in here.items() if content != there[name]] == []


def test_another_processor_and_number_of_threads_change_only_the_last_bits(finished):
    """Of what is computed from the same weights: sums are taken in another order.

    The libraries are told to use what every 64-bit processor has, and no more.
    """
    finished.environment = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"}
    results = finished.folder / "results/small"
    weights = finished.folder / "weights.safetensors"
    shutil.copy(results / "model/weights.safetensors", weights)
    model = {"architecture": "food_cnn", "arguments": {"width": 0.05}, "checkpoint": weights.name}
    before = np.load(results / "attributions/saliency.npy")
    finished.configure(threads=1, model=model)
    done = finished.snakemake("results/small/attributions/saliency.npy")
    assert done.returncode == 0, done.stderr
    after = np.load(results / "attributions/saliency.npy")
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-5 * before.max())
