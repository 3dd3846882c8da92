"""Which masks a plan knows of, and what its results with masks are made from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning.masks import masks
from cnnscope.planning.pictures import decoded, demo, examples
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result
from cnnscope.planning.run import read_run
from cnnscope.planning.sets import image_set, picture_shards

ROOT = Path(__file__).parents[2]
SETS = {
    "gallery": {"split": "training", "positions": [0, 3]},
    "some": {"split": "training", "positions": [1]},
}
RNG = np.random.default_rng(0)


def draw(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(RNG.integers(0, 256, (9, 8), np.uint8)).save(file)


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """The plan of a dataset of two classes, with other settings."""
    monkeypatch.chdir(tmp_path)
    for split, count in (("training", 3), ("validation", 1)):
        for label in range(2):
            for number in range(count):
                draw(tmp_path / f"food/{split}/{label}_{number}.jpg")
                draw(tmp_path / f"drawn/{split}/{label}_{number}.png")
    draw(tmp_path / "loose/deep/a.jpg")
    draw(tmp_path / "loose/b.jpg")
    (tmp_path / "net.pth").write_bytes(b"weights")

    def plan(dataset=(), **given) -> Plan:
        index = ContentIndex(tmp_path / "contents.json")
        dataset = {"path": "food", "masks": "drawn"} | dict(dataset)
        given = {"dataset": dataset, "image_sets": SETS} | given
        return Plan(read_run(given, [], ROOT, index), ROOT, index)

    return plan


def of_shard(plan: Plan, name: str = "gallery") -> Result | None:
    return masks(plan, picture_shards(plan, name)[0]["table"])


def test_the_masks_of_a_shard_are_made_from_its_table_and_the_users_folder(planned):
    plan = planned()
    result, part = of_shard(plan), picture_shards(plan, "gallery")[0]
    assert (result.rule, result.label) == ("masks", part.label)
    assert result.inputs["table"].result is part
    assert result.path("masks").endswith("/masks.npy")
    assert result.context["source"].path == Path("drawn")
    assert result.parameters["image"] == part.parameters["image"]
    assert of_shard(plan) is result


def test_a_dataset_without_masks_has_none_and_the_demo_has_its_own(planned):
    assert of_shard(planned({"masks": None})) is None
    plan = planned({"path": None, "masks": None})
    result = of_shard(plan)
    assert result.inputs["dataset"].result is demo(plan)
    assert result.context["source"] is None


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("drawn/training/0_0.png", {"gallery", "set"}),
        ("drawn/training/0_1.png", {"some", "set"}),
        ("drawn/training/1_2.png", {"set"}),
        ("drawn/validation/0_0.png", set()),
        ("drawn/training/0_9.png", set()),
        ("drawn/training/notes.txt", set()),
    ],
)
def test_another_mask_changes_the_results_that_may_read_it_and_no_others(planned, file, changed):
    """A set that asks the model may hold every image of its split."""
    asking = {"asking": {"split": "training", "per_class": 1, "which": "correct"}}

    def keys() -> dict[str, str]:
        plan = planned(image_sets=SETS | asking)
        found = {name: of_shard(plan, name).key for name in SETS}
        return found | {"set": masks(plan, image_set(plan, "asking")["index"]).key}

    before = keys()
    draw(Path(file).with_suffix(".png"))
    after = keys()
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_mask_that_is_gone_or_cannot_be_read_as_a_file_changes_its_results(planned):
    keys = [of_shard(planned()).key]
    Path("drawn/training/0_0.png").unlink()
    keys.append(of_shard(planned()).key)
    Path("drawn/training/0_0.png").mkdir()
    assert of_shard(planned()).key == keys[1] != keys[0]


def test_the_folder_that_the_masks_lie_in_changes_nothing(planned):
    before = of_shard(planned()).key
    Path("drawn").rename("moved")
    assert of_shard(planned({"masks": "moved"})).key == before


def test_the_geometry_of_images_is_that_of_their_masks(planned):
    keys = {of_shard(planned(image=image)).key for image in ({}, {"size": 32}, {"fit": "crop"})}
    assert len(keys) == 3
    libraries = of_shard(planned(image={"antialias": False})).code["libraries"]
    assert "torch" in libraries and "torch" not in of_shard(planned()).code["libraries"]


def test_pictures_have_masks_beside_each_other_in_the_folders_that_they_lie_in(planned):
    draw(Path("white/deep/a.png"))
    pictures = {"path": "loose", "layout": "pictures", "masks": "white", "classes": 2}
    network = {"architecture": "resnet18", "checkpoint": "net.pth"}
    sets = {"all": {"split": "pictures", "positions": "all"}}

    def key() -> str:
        plan = planned(pictures, model=network, image_sets=sets)
        assert examples(plan) is decoded(plan, "pictures")
        return of_shard(plan, "all").key

    before = key()
    draw(Path("white/b.png"))
    between = key()
    draw(Path("white/deep/a.png"))
    assert len({before, between, key()}) == 3


def test_examples_are_the_training_images(planned):
    plan = planned()
    assert examples(plan) is decoded(plan, "training")


@pytest.mark.parametrize(
    ("dataset", "line"),
    [
        ({"masks": "nowhere"}, "dataset.masks: there is no folder nowhere"),
        ({"masks": "net.pth"}, "dataset.masks: there is no folder net.pth"),
        ({"masks": "drawn/training"}, "dataset.masks: drawn/training has no folder training"),
        ({"path": None}, "dataset.masks: goes with dataset.path"),
        ({"masks": 3}, "dataset.masks: 3"),
    ],
)
def test_masks_that_are_not_there_are_refused_in_one_line(planned, dataset, line):
    with pytest.raises(UserError) as refused:
        planned(dataset)
    assert line in str(refused.value) and "\n" not in str(refused.value)
