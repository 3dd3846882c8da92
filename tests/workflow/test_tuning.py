"""A network of five classes is trained further for the three of a dataset."""

import csv

import safetensors.torch
import torch
from small_project import SMALL

from cnnscope.networks.build import build

TARGET = "results/small/model/weights.safetensors"
TRAINING = SMALL["training"] | {"start": "checkpoint", "freeze": "cnn.7"}


def test_the_head_is_replaced_the_frozen_part_stays_and_only_the_training_is_redone(project):
    torch.manual_seed(3)
    network = build("food_cnn", {"width": 0.05}, classes=5, size=32, channels=3)
    torch.save(network.state_dict(), project.folder / "five.pth")
    model = SMALL["model"] | {"checkpoint": "five.pth"}
    project.configure(model=model, training=TRAINING)
    done = project.snakemake(TARGET)
    assert done.returncode == 0, done.stderr
    state, before = safetensors.torch.load_file(project.folder / TARGET), network.state_dict()
    assert state["fc.5.weight"].shape == (3, before["fc.5.weight"].shape[1])
    body = [name for name in before if not name.startswith("fc.5.")]
    same = {name for name in body if torch.equal(state[name], before[name])}
    frozen = {name for name in body if name.startswith(("cnn.0.", "cnn.1.", "cnn.4.", "cnn.5."))}
    assert frozen <= same and not {"cnn.8.weight", "cnn.16.weight", "fc.1.weight"} & same
    with (project.folder / "results/small/model/history.csv").open() as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["4", "8"]
    log = (project.folder / "results/small/logs/train.log").read_text()
    assert "fc.5: made anew, for 3 classes instead of 5" in log
    assert "the frozen part has run on 2 × 12 training images and 6 for validation" in log
    assert not (project.folder / "results/small/model/unfinished").exists()
    project.configure(training=TRAINING | {"steps": 9})
    assert project.planned(TARGET) == {"train": 1}
    project.configure(training=TRAINING | {"freeze": "cnn.77"})
    done = project.snakemake("results/small/model/layers.csv")
    assert done.returncode != 0
    assert "training.freeze: the model has no layer 'cnn.77'; near it" in done.stdout + done.stderr
