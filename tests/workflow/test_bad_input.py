"""A user's mistake: one line that says what, where and what to do; nothing half-written."""

import hashlib
import json
import os
import shutil
import subprocess
import zipfile

import pytest
import torch
import yaml
from PIL import Image


def said(done: subprocess.CompletedProcess) -> str:
    """The line that the user reads; fails where there is none, or a traceback."""
    assert done.returncode != 0
    everything = done.stdout + done.stderr
    assert "Traceback" not in everything, everything
    lines = [line for line in everything.splitlines() if line.startswith("cnnscope: ")]
    assert lines, everything
    return lines[-1]


def half_written(project) -> list[str]:
    return [str(file) for file in project.folder.rglob(".partial-*")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"salency": {}}, "config: unknown key 'salency'; did you mean 'saliency'?"),
        ({"seed": "seven"}, "config: seed: 'seven' is no integer"),
        ({"dataset": {"path": "none"}}, "dataset.path: none is no folder"),
        (
            {"dataset": {"path": "food", "layout": "folders"}},
            "folders does not fit food/training: its 12 images lie in no folder",
        ),
        ({"dataset": {"path": "food", "layout": "csv"}}, "dataset.layout: csv does not fit food"),
        ({"saliency": {"images": ["galery"]}}, "saliency.images: there is no image set 'galery'"),
        ({"saliency": {"target": "soup"}}, "saliency.target: 'soup' is neither true nor predicted"),
        (
            {"image_sets": {"gallery": {"split": "training", "positions": [12]}}},
            "image_sets.gallery.positions: 12 is outside of training, which has positions 0 to 11",
        ),
        (
            {"filters": {"layers": [{"layer": "cnn.0", "filters": [n]} for n in (0, 2)]}},
            "filters.layers: cnn.0 stands there twice; list all its filters in one entry",
        ),
        ({"model": {"checkpoint": "none.pth"}}, "model.checkpoint: there is no file none.pth"),
        ({"model": {"history": "own.csv"}}, "model.history: goes with model.checkpoint"),
        (
            {"lime": {"segmentation": {"method": "voronoi"}}},
            "config: lime.segmentation.method: 'voronoi' is none of slic, quickshift, felzenszwalb",
        ),
        ({"image": {"channels": 1}}, "image.mean: give a number a channel"),
        ({"image": {"resize": 256}}, "image.resize: goes with image.fit: crop, not stretch"),
    ],
)
def test_the_config_is_checked_before_anything_runs(project, changes, expected):
    project.configure(**changes)
    assert expected in said(project.snakemake())
    assert not (project.folder / "results" / "small").exists()


def test_a_mistake_in_the_file_of_the_network_is_named_with_its_line(project):
    (project.folder / "net.py").write_text(
        "class Net:\n    def forward(self, x)\n        return x\n"
    )
    project.configure(model={"architecture": "net.py:Net"})
    line = said(project.snakemake("-n"))
    assert line.startswith("cnnscope: model.architecture: ")
    assert "net.py, line 2: expected ':'" in line


def test_shipped_positions_are_spread_over_a_small_dataset(project):
    small = yaml.safe_load((project.folder / "small.yaml").read_text())
    del small["image_sets"]["gallery"]
    (project.folder / "small.yaml").write_text(yaml.safe_dump(small))
    done = project.snakemake("results/small/image_sets/gallery.npy")
    assert done.returncode == 0, done.stderr
    facts = json.loads((project.folder / "results/small/image_sets/gallery.json").read_text())
    assert facts["positions"] == [0, 3, 6, 9]


def test_a_class_is_taken_by_number_from_the_command_line(project):
    done = project.snakemake("-n", "--config", "saliency={target: 2}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_rows_of_a_csv_that_cannot_be_read_are_named_before_anything_runs(project):
    rows = [f"{n % 3},1 2 3 {n}" for n in range(30)] + ["0,1 2 3", "1,1 2 3 300"]
    (project.folder / "t.csv").write_text("\n".join(["label,feature", *rows]))
    project.configure(dataset={"path": "t.csv", "layout": "csv"})
    line = said(project.snakemake())
    assert "t.csv has 2 bad rows, dataset.max_bad_rows allows 0: line 32: 3 pixels, not 4" in line
    assert "line 33: pixel '300' is no number from 0 to 255" in line
    assert not (project.folder / "results" / "small").exists()


def test_an_archive_that_climbs_is_refused_and_nothing_lands_outside(project):
    with zipfile.ZipFile(project.folder / "food.zip", "w") as archive:
        archive.writestr("../../evil.png", b"")
    project.configure(dataset={"path": "food.zip"})
    assert "food.zip is refused: its entry '../../evil.png' climbs" in said(project.snakemake())
    assert list(project.folder.parents[1].rglob("evil.png")) == []


def damage(project, kind: str) -> None:
    food = project.folder / "food"
    match kind:
        case "no validation":
            shutil.rmtree(food / "validation")
        case "empty":
            for file in (food / "training").iterdir():
                file.unlink()
        case "no number":
            (food / "training" / "0_0.png").rename(food / "training" / "bread.png")
        case "unknown class":
            (food / "validation" / "0_0.png").rename(food / "validation" / "9_0.png")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("no validation", "validation is missing"),
        ("empty", "training holds no image"),
        ("no number", "bread.png: the name does not begin with a class number"),
        ("unknown class", "9_0.png: class 9 has no image in training/"),
    ],
)
def test_the_dataset_is_checked_before_anything_runs(project, kind, expected):
    damage(project, kind)
    assert expected in said(project.snakemake())


def test_what_this_run_cannot_answer_says_why_when_it_is_asked_for(project):
    done = project.snakemake("-n", "interventions")
    assert said(done) == (
        "cnnscope: interventions cannot be answered, for only the demo without a shortcut can be "
        "painted again (dataset.path: null)"
    )


@pytest.mark.parametrize(
    ("changes", "target", "expected"),
    [
        (
            {"filters": {"layers": [{"layer": "cnn.99", "filters": [0]}]}},
            "filters",
            "no layer 'cnn.99'",
        ),
        (
            {"filters": {"layers": [{"layer": "cnn.0", "filters": [0, 64]}]}},
            "filters",
            "64",
        ),
        (
            {"model": {"architecture": "resnet19"}},
            "results/small/model/layers.csv",
            "'resnet19' is unknown; did you mean",
        ),
        (
            {
                "model": {
                    "architecture": "food_cnn",
                    "checkpoint": "http://127.0.0.1:9/w.pth?token=x",
                }
            },
            "results/small/model/downloaded",
            "127.0.0.1:9/w.pth",
        ),
    ],
)
def test_a_job_says_what_is_wrong(project, changes, target, expected):
    project.configure(**changes)
    line = said(project.snakemake(target))
    assert expected in line
    assert "token" not in line
    assert half_written(project) == []


def save_weights(project, classes: int = 3) -> None:
    """A checkpoint of the default width for 32 x 32."""
    from cnnscope.networks.food_cnn import FoodCNN

    torch.manual_seed(0)
    torch.save(FoodCNN(classes, width=1 / 64, size=32).state_dict(), project.folder / "w.pth")


def with_checkpoint(project, **model) -> subprocess.CompletedProcess:
    arguments = {"architecture": "food_cnn", "arguments": {"width": 1 / 64}}
    project.configure(model=arguments | {"checkpoint": "w.pth"} | model)
    return project.snakemake("results/small/model/weights.safetensors")


def test_a_checkpoint_is_read_and_one_of_another_kind_is_refused(project):
    save_weights(project)
    right = hashlib.sha256((project.folder / "w.pth").read_bytes()).hexdigest()
    assert with_checkpoint(project, sha256=right).returncode == 0
    assert "model.sha256 says 000" in said(with_checkpoint(project, sha256="0" * 64))
    save_weights(project, classes=7)
    assert "7 classes" in said(with_checkpoint(project))
    (project.folder / "w.pth").write_bytes((project.folder / "w.pth").read_bytes()[:3000])
    assert "w.pth" in said(with_checkpoint(project))
    assert half_written(project) == []


def test_a_model_with_fewer_outputs_than_classes(project):
    (project.folder / "mine.py").write_text(
        "from torch import nn\n"
        "def net():\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 2))\n"
    )
    project.configure(model={"architecture": "mine.py:net"})
    line = said(project.snakemake("results/small/model/layers.csv"))
    assert "it knows 2 classes, the dataset has 3" in line


def test_a_model_without_a_convolution_where_some_are_to_be_chosen(project):
    (project.folder / "mine.py").write_text(
        "from torch import nn\n"
        "def net():\n"
        "    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 3))\n"
    )
    project.configure(model={"architecture": "mine.py:net"}, filters={"layers": "auto"})
    line = said(project.snakemake("filters"))
    assert "filters.layers: there is no first convolution" in line and line.endswith("such as 1")


def test_an_image_set_that_the_skipped_images_have_emptied(project):
    for n in range(4):
        (project.folder / "food" / "training" / f"2_{n}.png").write_bytes(b"broken")
    project.configure(image_sets={"gallery": {"split": "training", "positions": [11]}})
    line = said(project.snakemake("saliency"))
    reason = "image set gallery is empty: none of its images of training can be read"
    assert f"saliency.images: no image to explain: {reason}" in line


def test_a_photograph_that_vanishes_between_plan_and_use(project):
    project.configure(image_sets={"gallery": {"split": "training", "positions": [0]}})
    Image.new("RGB", (8, 8)).save(project.folder / "food" / "training" / "0_9.png")
    os.truncate(project.folder / "food" / "training" / "0_9.png", 20)
    done = project.snakemake("results/small/data/training.npy")
    assert done.returncode == 0, done.stderr
    log = (project.folder / "results/small/logs/decode_training.log").read_text()
    assert "skipped '0_9.png'" in log and "skipped 1 of 13" in log
