"""The course's contract: bash hw5.sh DATASET OUTPUT."""

import os
import re
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import yaml
from held import ended, held


def hw5(
    project, *arguments: str, cwd: Path | None = None, programs: Path = Path(sys.executable).parent
) -> subprocess.CompletedProcess:
    """Call hw5.sh with the running Python first in line, so that nothing is installed."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", str(project.folder / "hw5.sh"), *arguments],
        cwd=cwd or project.folder,
        env=os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-h"], "usage: bash hw5.sh"),
        (["food"], "DATASET is given without OUTPUT"),
        (["none", "out"], "there is no folder, archive, CSV file or picture none"),
        (["food", "small.yaml"], "OUTPUT: small.yaml cannot be made"),
    ],
)
def test_a_wrong_call_gives_usage_on_stderr_and_exit_2(project, arguments, said):
    done = hw5(project, *arguments)
    assert done.returncode == 2
    assert said in done.stderr and "usage:" in done.stderr
    assert done.stdout == ""
    assert not (project.folder / "results").exists()


@pytest.mark.parametrize(("arguments", "installed"), [(["-h"], 0), (["food"], 0), (["-n"], 1)])
def test_a_wrong_call_starts_no_installation(project, tmp_path, arguments, installed):
    """Where the Python that is found has no packages, and can install none."""
    programs = tmp_path / "programs"
    programs.mkdir()
    python = programs / "python3"
    python.write_text(f'#!/bin/sh\n[ "$2" = venv ] && exit 1\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    done = hw5(project, *arguments, programs=programs)
    assert done.stderr.count("installing the pinned packages") == installed
    assert done.returncode == (1 if installed else 2)
    assert not (project.folder / ".venv").exists()


def test_figures_arrive_in_output_from_any_folder_with_any_name(finished, tmp_path):
    """Relative paths, spaces, quotes and a name that a shell would run; a read-only dataset."""
    away = tmp_path / "some where"
    away.mkdir()
    (finished.folder / "food").rename(away / "my food")
    for folder in (away / "my food").iterdir():
        folder.chmod(0o555)
    output = "out $(touch pwned) it's"
    overlay = finished.folder / "small.yaml"
    done = hw5(finished, "my food", output, "--configfile", str(overlay), cwd=away)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(file.name for file in (away / output).iterdir()) == [
        "activations",
        "activations.png",
        "class_distribution.png",
        "class_scores.png",
        "class_support.png",
        "confusion_matrix.png",
        "filters_cnn.0.png",
        "lime.png",
        "model_summary.png",
        "saliency.png",
        "samples.png",
        "shap.png",
        "top_images_cnn.0.png",
        "training_curves.png",
    ]
    report = finished.folder.resolve() / "results/small/report.html"
    said = f"the figures are in {away / output}; one page of all of it is {report}\n"
    assert said in done.stdout
    assert list(tmp_path.rglob("pwned")) == []
    drawn = {file: file.stat().st_mtime_ns for file in (away / output).iterdir()}
    again = hw5(finished, "my food", output, "--configfile", str(overlay), cwd=away)
    assert again.returncode == 0
    assert {file: file.stat().st_mtime_ns for file in (away / output).iterdir()} == drawn


@pytest.mark.parametrize("name", ["faces.csv", "my faces.zip"])
def test_the_dataset_may_be_a_file(project, tmp_path, name):
    """A relative path from another folder; classes and grey images as the overlay says."""
    overlay = {"image": {"size": 32, "channels": 1, "mean": [0.5], "std": [0.25]}}
    overlay["image_sets"] = {"gallery": {"split": "training", "positions": [0]}}
    overlay["saliency"], overlay["questions"] = {"images": ["gallery"]}, ["saliency"]
    overlay["dataset"] = {"layout": "csv" if name.endswith("csv") else "folders"}
    if name.endswith("csv"):
        rows = [f"{n % 2},{n} {n} {n} {n}" for n in range(20)]
        (tmp_path / name).write_text("\n".join(["label,feature", *rows]))
    else:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for split in ("training", "validation"):
                photo = project.folder / "food" / split / "0_0.png"
                archive.write(photo, f"{split}/happy/1.png")
    (tmp_path / "grey.yaml").write_text(yaml.safe_dump(overlay))
    wanted = ("class_distribution", "--configfile", str(tmp_path / "grey.yaml"))
    done = hw5(project, name, "out", *wanted, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["class_distribution.png"]
    (table,) = (project.folder / "results").glob("*/class_distribution.csv")
    rows = table.read_text().splitlines()[1:]
    assert rows == (["0,0,10,9,1", "1,1,10,9,1"] if "csv" in name else ["0,happy,2,1,1"])
    images = np.load(table.parent / "data" / "training.npy")
    assert images.shape[1:] == (32, 32, 1)


def test_options_are_passed_on(finished, tmp_path):
    overlay = ("--configfile", str(finished.folder / "small.yaml"))
    done = hw5(finished, "food", str(tmp_path / "out"), "-n", "saliency", *overlay)
    assert done.returncode == 0, done.stderr
    assert "figure_saliency" in done.stdout + done.stderr
    assert list((tmp_path / "out").iterdir()) == []
    assert "the figures are in" not in done.stdout


@pytest.mark.parametrize("dry", ["-n", "--dry-run", "--dryrun", "-np", ""])
def test_a_target_may_stand_behind_the_options(finished, tmp_path, dry):
    """In a folder that is another one; what was dry says of no figures where they are."""
    overlay = yaml.safe_load((finished.folder / "small.yaml").read_text())
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(overlay | {"output": "drawn/here"}))
    call = ("--cores", "2", *dry.split(), "--configfile", "mine.yaml", "class_distribution")
    done = hw5(finished, *call, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    plan = re.findall(r"^(\w*figure_\w+) +1$", done.stdout + done.stderr, re.MULTILINE)
    assert set(plan) == {"publish_figure_chart_class_distribution"}
    drawn = finished.folder / "drawn" / "here"
    if dry:
        assert not drawn.exists() and "the figures are in" not in done.stdout
        return
    assert [file.name for file in drawn.iterdir()] == ["class_distribution.png"]
    assert done.stdout.splitlines()[-1] == f"cnnscope: the figures are in {drawn}"
    again = hw5(finished, *call, cwd=tmp_path)
    assert again.stdout.splitlines()[-1] == f"cnnscope: the figures are in {drawn}"
    for asked in ("--summary", "-np"):
        done = hw5(finished, *call, asked, cwd=tmp_path)
        assert done.returncode == 0 and "the figures are in" not in done.stdout


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("--configfile none.yaml lime", "config: none.yaml cannot be read: No such file"),
        ("--configfile small.yaml none.yaml", "targets go behind --"),
        ("--config lime", "--config takes KEY=VALUE: lime is none; targets go behind --"),
    ],
)
def test_a_call_that_snakemake_would_trip_over_is_one_line(project, call, said):
    done = hw5(project, *call.split())
    assert done.returncode == 1
    assert said in done.stderr and done.stderr.startswith("cnnscope: ")
    assert done.stderr.count("\n") == 1 and done.stdout == ""
    assert not (project.folder / "results").exists()


def test_a_run_that_fails_says_of_no_figures_where_they_are(finished):
    (finished.folder / "scripts" / "figure_chart.py").write_text("raise SystemExit(1)")
    done = hw5(finished, "--configfile", "small.yaml", "class_distribution")
    assert done.returncode == 1 and "the figures are in" not in done.stdout


def test_two_runs_at_once_wait_for_each_other_and_both_end(project):
    """The demo from nothing: the second comes while the first is in the middle of drawing it."""
    counts = dict.fromkeys(("training", "validation", "testing"), 1)
    project.configure(dataset={"path": None}, demo=counts)
    call = (project, "--configfile", "small.yaml", "class_distribution")
    with (
        held(project, "dataset", call[-1], python=project.python) as (first, go),
        ThreadPoolExecutor() as pool,
    ):
        second = pool.submit(hw5, *call)
        plan = hw5(*call, "-n")
        assert plan.returncode == 0 and not second.done()
        go.touch()
        done = second.result()
        assert done.returncode == 0, done.stdout + done.stderr
        assert ended(first) == 0
    assert project.planned("class_distribution") == {}
    done = project.snakemake("verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lock_that_a_killed_run_left_is_no_obstacle(finished):
    locks = finished.folder / ".snakemake" / "locks"
    locks.mkdir(exist_ok=True)
    for name in ("0.input.lock", "0.output.lock"):
        (locks / name).write_text("results/small/figures/saliency.png\n")
    (finished.folder / "results/small/figures/saliency.png").unlink()
    overlay = ("--configfile", str(finished.folder / "small.yaml"))
    done = hw5(finished, "food", "results/small/figures", *overlay)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (finished.folder / "results/small/figures/saliency.png").exists()
