"""Many images are explained in shards: an image more is one shard more, and no shard shows."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_project import Project, copy_project

ARRAYS = (
    *("attributions/saliency.npy", "attributions/saliency.npz", "attributions/saliency.csv"),
    *("attributions/shap.npy", "attributions/shap.npz", "image_sets/many.npy"),
    *("image_sets/many.csv", "figures/saliency.png"),
)


def draw(project, *names: str) -> None:
    rng = np.random.default_rng(len(names))
    for name in names:
        noise = rng.integers(0, 256, (36, 36, 3), dtype=np.uint8)
        Image.fromarray(noise).save(project.folder / "food/testing" / name)


def ask(project, **changes) -> None:
    """For all images of testing, with the weights of the finished run."""
    weights = project.folder / "mine.safetensors"
    if not weights.exists():
        shutil.copy(project.folder / "results/small/model/weights.safetensors", weights)
    model = {"architecture": "food_cnn", "arguments": {"width": 0.05}, "checkpoint": weights.name}
    many = {"images": ["many"], "target": "predicted"}
    project.configure(
        **{
            "model": model,
            "image_sets": {"many": {"split": "testing", "positions": "all"}},
            "questions": ["saliency", "shap"],
            "saliency": many,
            "shap": many | {"background": 4},
            "shard": 8,
        }
        | changes
    )


def run(project) -> dict[str, bytes]:
    done = project.snakemake("saliency", "shap")
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: (project.folder / "results/small" / name).read_bytes() for name in ARRAYS}


@pytest.fixture(scope="module")
def explained(ran, tmp_path_factory, forked_python) -> Path:
    """24 images of testing, explained in shards of 8: made once."""
    folder = copy_project(ran, tmp_path_factory.mktemp("shards") / "project")
    project = Project(folder, python=forked_python)
    draw(project, *(f"p{number:03d}.png" for number in range(0, 180, 10)))
    ask(project)
    run(project)
    return folder


@pytest.fixture
def many(explained, tmp_path, forked_python) -> Project:
    """A copy of it."""
    return Project(copy_project(explained, tmp_path / "project"), python=forked_python)


def test_an_image_more_is_one_shard_more_of_each_method_and_the_same_as_from_nothing(many):
    draw(many, "p005.png")
    planned = many.planned("saliency", "shap")
    assert planned["attribution"] in (2, 4), "one shard, or two where it was full, of two methods"
    assert planned["pictures"] == planned["attribution"] / 2
    assert "train" not in planned and "convert" not in planned
    after = run(many)
    # In the order of the set, which the image more stands in the midst of.
    paths = [line.split(",")[3] for line in after["image_sets/many.csv"].decode().splitlines()[1:]]
    assert paths == sorted(paths) and paths[7] == "testing/p005.png" and len(paths) == 25
    ask(many, shard=5)
    assert run(many) == after
    assert many.planned("saliency", "shap") == {}
    ask(many, shard=100)
    assert many.planned("saliency", "shap")["attribution"] == 2
    assert run(many) == after


@pytest.mark.parametrize("change", [{"threads": 1}, {"device": "cpu"}, {"shard": 8}])
def test_what_does_not_change_an_answer_reruns_nothing(many, change):
    ask(many, **change)
    assert many.planned("saliency", "shap") == {}


def test_an_image_that_is_gone_is_gone_from_the_set(many):
    (many.folder / "food/testing/p050.png").unlink()
    assert many.planned("saliency", "shap")["attribution"] <= 2
    index = run(many)["attributions/saliency.csv"].decode().splitlines()
    assert len(index) == 1 + 23 and not any("p050" in line for line in index)
    assert [line.split(",")[0] for line in index[1:]] == [str(row) for row in range(23)]
