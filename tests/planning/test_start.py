"""What a training that starts from a checkpoint is made from, and what is refused before it."""

from pathlib import Path

import pytest
from PIL import Image

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning.network import (
    converted,
    downloaded,
    history,
    layers,
    model_settings,
    trained,
    weights,
)
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import publications
from cnnscope.planning.run import read_run

ROOT = Path(__file__).parents[2]
NAMED = {"architecture": "squeezenet1_0", "weights": "IMAGENET1K_V1"}
START = {"start": "weights", "freeze": "features.11"}


@pytest.fixture
def plan(tmp_path):
    index = ContentIndex(tmp_path / "contents.json")

    def plan(**given) -> Plan:
        return Plan(read_run(given, [], ROOT, index), ROOT, index)

    return plan


@pytest.fixture
def mine(tmp_path) -> dict:
    (tmp_path / "mine.pth").touch()
    return {"architecture": "squeezenet1_0", "checkpoint": str(tmp_path / "mine.pth")}


def refusal(plan, **given) -> str:
    with pytest.raises(UserError) as caught:
        plan(**given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_training_starts_from_what_was_converted_and_its_weights_count(plan):
    started = plan(model=NAMED, training=START)
    training = trained(started)
    assert training.inputs["start"].result is converted(started)
    assert converted(started).inputs["checkpoint"].result is downloaded(started)
    assert weights(started).result is training and history(started).result is training
    assert training.parameters["freezing"] == {"freeze": "features.11", "copies": 2}
    assert layers(started).parameters["freeze"] == "features.11"
    rules = {result.rule for result in publications(started)}
    assert {"download", "train", "history"} & rules == {"download", "train"}


def test_without_start_a_checkpoint_is_taken_as_it_is(plan):
    taken = plan(model=NAMED)
    assert weights(taken).result is converted(taken) and history(taken) is None
    assert "outputs" not in model_settings(taken)["model"]
    scratch = plan()
    assert "start" not in trained(scratch).inputs and trained(scratch).parameters["freezing"] == {}
    assert "freeze" not in layers(scratch).parameters


def test_another_recipe_leaves_what_it_starts_from_as_it_is(plan, mine):
    model, start = mine, {"start": "checkpoint"}
    plans = [
        plan(model=model, training=start | training)
        for training in ({}, {"freeze": "backbone"}, {"steps": 50}, {"freeze": "features.3"})
    ]
    assert len({converted(one).key for one in plans}) == 1
    assert len({trained(one).key for one in plans}) == 4
    copies = [{"copies": 2}, {"copies": 3}]
    backbone = [start | {"freeze": "backbone"} | one for one in copies]
    assert len({trained(plan(model=model, training=one)).key for one in backbone}) == 2
    assert len({trained(plan(model=model, training=start | one)).key for one in copies}) == 1, (
        "without freeze there are no copies"
    )


def test_a_mirror_of_named_weights_is_a_start_too(plan, mine):
    run = plan(model=NAMED | mine, training=START).run
    assert run.trains and not run.downloads


def test_the_network_knows_the_classes_of_the_dataset(plan, tmp_path):
    for split in ("training", "validation"):
        for name in ("tabby/a.png", "goldfish/b.png"):
            (tmp_path / "d" / split / name).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8)).save(tmp_path / "d" / split / name)
    dataset = {"path": str(tmp_path / "d"), "layout": "folders"}
    assert len(plan(dataset=dataset, model=NAMED).run.classes) == 1000
    started = plan(dataset=dataset, model=NAMED, training=START)
    assert started.run.classes == ["goldfish", "tabby"]
    model = model_settings(started)["model"]
    assert model["outputs"] == 2 and model["arguments"] == {"num_classes": 1000}


@pytest.mark.parametrize(
    ("model", "training", "said"),
    [
        ({}, {"start": "weights"}, "training.start: weights needs a name in model.weights"),
        ("mine", {"start": "weights"}, "in model.weights; or say start: checkpoint"),
        ({}, {"start": "checkpoint"}, "needs a file or an address in model.checkpoint"),
        (NAMED, {"start": "checkpoint"}, "in model.checkpoint; or say start: weights"),
        ("mine", {"freeze": "backbone"}, "training.freeze: backbone goes with training.start"),
        ({}, {"start": "imagenet"}, "'imagenet' is none of weights, checkpoint"),
        ({}, {"copies": 0}, "training.copies"),
    ],
)
def test_what_does_not_go_together_is_told_in_one_line(plan, mine, model, training, said):
    assert said in refusal(plan, model=mine if model == "mine" else model, training=training)


def test_pictures_alone_and_a_history_of_another_training_are_refused(plan, mine, tmp_path):
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "pictures" / "a.png")
    start, dataset = {"start": "checkpoint"}, {"path": str(tmp_path / "pictures")}
    message = refusal(plan, model=mine, training=start, dataset=dataset)
    assert message.startswith("training.start: ") and "nothing to train on" in message
    (tmp_path / "log.csv").touch()
    model = mine | {"history": str(tmp_path / "log.csv")}
    assert "what is trained has its own" in refusal(plan, model=model, training=start)
