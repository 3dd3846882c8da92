"""What stops a run from outside: a full disk, a locked folder, a signal. Then it goes on."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from held import ended, held
from test_bad_input import half_written, said
from test_hw5 import hw5

FULL = Path("/dev/full")
needs_full_device = pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
MADE = ("attributions/saliency.npy", "figures/saliency.png", "figures/shap.png")


def filled(target: Path) -> None:
    """The file beside, where a result is written first, leads to a device that is always full."""
    (target.parent / f".partial-{target.name}").symlink_to(FULL)


@needs_full_device
@pytest.mark.parametrize(
    ("published", "stored"),
    [
        ("attributions/saliency.npy", "gather/saliency-*/result.npy"),
        ("attributions/saliency.npy", "gather/saliency-*/result.npz"),
        ("attributions/saliency.npy", "gather/saliency-*/result.json"),
        ("figures/saliency.png", "figure_saliency/saliency-*/figure.png"),
        ("model/weights.safetensors", "train/model-*/weights.safetensors"),
        ("model/weights.safetensors", "train/model-*/history.csv"),
    ],
)
def test_a_full_disk_is_named_and_leaves_the_old_results(finished, published, stored):
    target = finished.folder / "results/small" / published
    (place,) = finished.folder.glob(f"results/.store/{stored}")
    before = target.read_bytes(), place.read_bytes()
    filled(place)
    line = said(finished.snakemake(f"results/small/{published}", "--force"))
    assert f"{place.name} cannot be written: No space left on device" in line
    assert half_written(finished) == []
    assert (target.read_bytes(), place.read_bytes()) == before
    assert finished.jobs() == {}


@needs_full_device
def test_a_disk_that_is_full_when_results_get_their_names_is_named(finished):
    record = finished.folder / "results/small/records/figure_saliency_saliency.json"
    before = record.read_bytes()
    record.unlink()
    filled(record)
    line = said(finished.snakemake("saliency"))
    assert f"{record.name} cannot be written: No space left on device" in line
    assert half_written(finished) == []
    assert finished.snakemake("saliency").returncode == 0
    assert record.read_bytes() == before


def locked(folder: Path, *command: str) -> list[str]:
    """`command`, for which the disk that `folder` lies on is read only."""
    mount = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    return ["unshare", "-rm", "bash", "-c", mount, "bash", str(folder), *command]


def may_mount(folder: Path) -> bool:
    try:
        return subprocess.run(locked(folder, "true"), capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def test_a_disk_that_is_read_only_is_named_before_anything_runs(finished):
    folder = finished.folder / "results/small/attributions"
    if not may_mount(folder):
        pytest.skip("this system lets nobody mount")
    shutil.rmtree(finished.folder / "results/small/figures")
    command = [sys.executable, "-m", "snakemake", "saliency", "--cores", "2", "--configfile"]
    line = said(finished.call(*locked(folder, *command, "small.yaml")))
    assert "results/small/attributions cannot be written to" in line
    assert not (finished.folder / "results/small/figures/saliency.png").exists()
    assert list(finished.folder.glob(".snakemake/locks/*")) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_named(finished):
    folder = finished.folder / "results/small/attributions"
    folder.chmod(0o555)
    line = said(finished.snakemake("saliency", "--forceall"))
    assert "results/small/attributions cannot be written to" in line


def test_who_is_not_root_may_give_another_result_an_old_ones_name(finished):
    """Root may write over files that are read-only, and sees nothing of what they forbid."""
    somebody = ["unshare", "--map-user=1000"] if os.geteuid() == 0 else []
    if somebody and subprocess.run([*somebody, "true"], capture_output=True).returncode:
        pytest.skip("this system lets root be nobody else")
    finished.configure(lime={"samples": 21, "segmentation": {"method": "slic", "n_segments": 9}})
    array = finished.folder / "results/small/attributions/lime.npy"
    before = array.read_bytes()
    command = [sys.executable, "-m", "snakemake", "lime", "--cores", "2", "--configfile"]
    done = finished.call(*somebody, *command, "small.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert array.read_bytes() != before
    assert finished.jobs("lime") == {}


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("file", ["result.npy", "saliency.npy"])
def test_a_run_that_was_stopped_goes_on_and_ends_with_the_same_bytes(finished, kind, file):
    """The whole group gets the signal, as by Ctrl-C or a closed session, while a job is at work.

    Where a result is stored, or where it is given its name.
    """
    results = finished.folder / "results/small"
    before = {name: (results / name).read_bytes() for name in MADE}
    for name in MADE:
        (results / name).unlink()
    if file == "result.npy":
        (stored,) = finished.folder.glob("results/.store/gather/saliency-*")
        shutil.rmtree(stored)
    with held(finished, file) as (run, _):
        os.killpg(run.pid, kind)
        assert ended(run) != 0
    # Nothing tidies up after SIGKILL: the next run meets what was written beside.
    assert bool(half_written(finished)) == (kind == signal.SIGKILL)
    assert not (results / "attributions/saliency.npy").exists()
    again = hw5(finished, "food", "results/small/figures", "--configfile", "small.yaml")
    assert again.returncode == 0, again.stdout + again.stderr
    assert {name: (results / name).read_bytes() for name in MADE} == before
    assert half_written(finished) == []
