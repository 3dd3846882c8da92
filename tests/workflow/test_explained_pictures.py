"""Pictures without training images, explained by a network that was trained elsewhere."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from small_project import SMALL, Project, copy_code

from cnnscope.files import load_result, read_json
from cnnscope.networks.food_cnn import FoodCNN

RNG = np.random.default_rng(0)
NAMES = ("a.png", "deep/b.png", "c.png")
OWN = {
    "run": "small",
    "dataset": {"path": "mine", "classes": 5},
    "image": {"size": 32, "resize": 36},
    "model": {
        "architecture": "food_cnn", "arguments": {"width": 0.05}, "checkpoint": "net.pth",
    },
    **{key: SMALL[key] for key in ("filters", "activations", "top_images", "lime", "shap")},
    "scores": SMALL["scores"],
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory, forked_python) -> Project:
    """A project that has explained three pictures, one of them below a folder."""
    folder = tmp_path_factory.mktemp("pictures") / "project"
    folder.mkdir()
    copy_code(folder)
    for name in NAMES:
        (folder / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        pixels = RNG.integers(0, 256, (50, 40, 3), np.uint8)
        Image.fromarray(pixels).resize((120, 150)).save(folder / "mine" / name)
    torch.manual_seed(0)
    network = FoodCNN(classes=5, size=32, channels=3, width=0.05)
    torch.save(network.state_dict(), folder / "net.pth")
    (folder / "small.yaml").write_text(yaml.safe_dump(OWN))
    project = Project(folder, python=forked_python)
    done = project.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    project.said = done.stderr
    return project


@pytest.fixture
def project(ran, tmp_path, forked_python) -> Project:
    copy = Path(shutil.copytree(ran.folder, tmp_path / "project", symlinks=True))
    return Project(copy, python=forked_python)


def test_what_needs_no_label_is_drawn_and_the_rest_is_left_out_in_a_line_each(ran):
    drawn = {file.name for file in (ran.folder / "results/small/figures").glob("*.png")}
    assert drawn == {
        "saliency.png", "lime.png", "shap.png", "filters_cnn.0.png", "top_images_cnn.0.png",
        "activations.png", "samples.png", "model_summary.png",
    }  # fmt: skip
    said = [line for line in ran.said.splitlines() if line.startswith("cnnscope: ")]
    assert [line.split(":")[1].strip() for line in said] == [
        "confusion", "class_distribution", "training_curves"
    ]  # fmt: skip
    assert ran.jobs() == {}


def test_every_map_is_of_the_predicted_class_of_its_picture(ran):
    for method in ("saliency", "lime", "shap"):
        folder = ran.folder / "results/small/attributions"
        array, details, facts = load_result(folder / f"{method}.npy")
        assert array.shape == (3, 32, 32) and facts["seed"] == 0
        np.testing.assert_array_equal(details["targets"], details["logits"].argmax(1))
        assert details["labels"].tolist() == [-1, -1, -1]
        with (folder / f"{method}.csv").open() as lines:
            paths = [row["path"] for row in csv.DictReader(lines)]
        assert paths == ["pictures/a.png", "pictures/c.png", "pictures/deep/b.png"]
    assert facts["background_images"] == "3 blurred copies of the pictures"


def test_one_picture_and_an_archive_are_explained_as_the_folder_is(project):
    _, whole, _ = load_result(project.folder / "results/small/attributions/saliency.npy")
    archive = shutil.make_archive(str(project.folder / "packed"), "zip", project.folder / "mine")
    for path, rows in (("mine/deep/b.png", [2]), (archive, [0, 1, 2])):
        project.configure(run="other", dataset=OWN["dataset"] | {"path": path})
        done = project.snakemake("saliency")
        assert done.returncode == 0, done.stdout + done.stderr
        _, found, _ = load_result(project.folder / "results/other/attributions/saliency.npy")
        assert found["gradient"].tobytes() == whole["gradient"][rows].tobytes()


def test_labels_from_a_list_give_a_confusion_matrix_without_training(project):
    (project.folder / "l.csv").write_text("file,label\na.png,1\nb.png,4\n")
    project.configure(dataset=OWN["dataset"] | {"labels": "l.csv"})
    done = project.snakemake("confusion")
    assert done.returncode == 0, done.stdout + done.stderr
    results = project.folder / "results/small"
    counts = np.load(results / "scores/confusion.npy")
    logits = np.load(results / "predictions/pictures.npy")
    expected = np.zeros_like(counts)
    for place, label in ((0, 1), (2, 4)):
        expected[label, logits[place].argmax()] += 1
    np.testing.assert_array_equal(counts, expected)
    figures = {file.name for file in (results / "figures").glob("c*.png")}
    assert figures == {"confusion_matrix.png", "class_scores.png"}
    with (results / "scores/class_scores.csv").open() as lines:
        assert {row["training"] for row in csv.DictReader(lines)} == {""}


def test_a_folder_of_the_user_stands_for_nothing_to_see(project):
    (project.folder / "grey").mkdir()
    for shade in (90, 130):
        Image.new("RGB", (60, 60), (shade,) * 3).save(project.folder / f"grey/{shade}.png")
    project.configure(dataset=OWN["dataset"] | {"background": "grey"})
    done = project.snakemake("shap")
    assert done.returncode == 0, done.stdout + done.stderr
    results = project.folder / "results/small"
    facts = read_json(results / "attributions/shap.json")
    assert facts["background_images"] == "2 images of dataset.background"
    assert project.jobs("shap") == {}
    Image.new("RGB", (60, 60), (0, 0, 0)).save(project.folder / "grey/130.png")
    assert project.planned("shap") == {
        "decode": 1, "attribution": 1, "gather": 1, "figure_shap": 1, "shap": 1,
    }  # fmt: skip


def test_a_picture_more_is_one_shard_of_saliency_more(project):
    shutil.copy(project.folder / "mine/a.png", project.folder / "mine/zz.png")
    project.configure(shard=1)
    done = project.snakemake("saliency")
    assert done.returncode == 0, done.stderr
    Image.new("RGB", (60, 60), (9, 9, 9)).save(project.folder / "mine/zzz.png")
    planned = project.planned("saliency")
    assert planned["attribution"] <= 2 and planned["pictures"] <= 2


def test_a_checkpoint_of_other_classes_is_refused_with_what_to_do(project):
    project.configure(dataset=OWN["dataset"] | {"classes": 7})
    done = project.snakemake("saliency")
    assert done.returncode != 0
    (line,) = {one for one in done.stderr.splitlines() if "does not fit the model" in one}
    assert "the checkpoint has 5 classes, the dataset 7" in line
