"""A part of a network stays as it is, and the rest learns as if all of it ran in each step."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.networks import device
from cnnscope.networks.classifier import Classifier, predict
from cnnscope.training import train as training
from cnnscope.training.examples import Features
from cnnscope.training.train import Recipe, train
from cnnscope.training.tune import tune
from cnnscope.training.unfinished import Unfinished

pytestmark = pytest.mark.usefixtures("one_thread")


def recipe(**changes) -> Recipe:
    values = {
        "steps": 12, "batch_size": 8, "learning_rate": 0.02, "weight_decay": 0.0,
        "label_smoothing": 0.0, "shift": 0.0, "mixup": 0.0, "evaluations": 3,
    }  # fmt: skip
    return Recipe(**(values | changes))


def bright_or_dark(count: int) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(count) % 2
    noise = np.random.default_rng(count).integers(0, 90, (count, 8, 8, 3))
    return (noise + 160 * labels[:, None, None, None]).astype(np.uint8), labels


SPLITS = ("training", "validation")
DATA = bright_or_dark(20), bright_or_dark(6)


class Network(nn.Module):
    def __init__(self, *, can_be_cut: bool, views: bool = False) -> None:
        super().__init__()
        self.front = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
        self.rest = nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Dropout(0.1))
        self.fc = nn.Linear(16, 2)
        self.can_be_cut, self.views = can_be_cut, views

    def forward(self, images):
        made = self.front(images)
        if not self.can_be_cut and made.sum() < -1e9:
            return made
        if self.views:
            made = made.view(made.size(0), -1).view(made.shape)
        return self.fc(self.pool(self.rest(made)))


def model(*, can_be_cut: bool = True, views: bool = False) -> Classifier:
    torch.manual_seed(0)
    return Classifier(Network(can_be_cut=can_be_cut, views=views), [0.5] * 3, [0.25] * 3)


def state(one: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in one.network.state_dict().items()}


def unfinished(tmp_path) -> Unfinished:
    return Unfinished(tmp_path / "unfinished", "a")


@pytest.mark.parametrize("views", [False, True])
@pytest.mark.parametrize("can_be_cut", [True, False])
@pytest.mark.parametrize("freeze", ["front", "backbone"])
def test_what_is_frozen_stays_to_the_last_bit_and_the_rest_learns(
    tmp_path, freeze, can_be_cut, views
):
    one, said = model(can_be_cut=can_be_cut, views=views), []
    before = state(one)
    points = tune(
        one, *DATA, recipe(shift=0.1), 0, said.append, unfinished=unfinished(tmp_path),
        freeze=freeze, copies=3,
    )  # fmt: skip
    after = state(one)
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == ({"fc"} if freeze == "backbone" else {"rest", "fc"})
    assert [point.step for point in points] == [4, 8, 12]
    assert any("runs in each step" in line for line in said) != can_be_cut
    if can_be_cut:
        files = [tmp_path / "unfinished/features" / name / "0.npy" for name in SPLITS]
        assert [len(np.load(file)) for file in files] == [3 * 20, 6], "three copies to learn from"
    assert not one.training and all(p.requires_grad for p in one.parameters())
    assert all(p.is_contiguous() for p in one.parameters())


def test_the_curves_judge_the_whole_network(tmp_path):
    one = model()
    points = tune(
        one, *DATA, recipe(), 0, lambda _: None, unfinished=unfinished(tmp_path), freeze="front"
    )
    logits, labels = torch.from_numpy(predict(one, DATA[1][0])), torch.from_numpy(DATA[1][1])
    loss = nn.functional.cross_entropy(logits, labels).item()
    assert points[-1].validation_loss == pytest.approx(loss, rel=1e-5)
    assert points[-1].validation_accuracy == (logits.argmax(1) == labels).float().mean()


@pytest.mark.parametrize(
    "changes",
    [{"mixup": 1.0}, {"label_smoothing": 0.3}, {"balance": "weights"}, {"balance": "sampling"}],
)
def test_the_recipe_counts_as_where_all_of_the_network_runs(tmp_path, monkeypatch, changes):
    """The images are of one grey each, which no mirror changes, and the first layer is linear."""
    order = torch.tensor([3, 0, 1, 2])
    drawn = training.partners
    monkeypatch.setattr(
        training, "partners", lambda n, mixup, rng: (0.7, order) if mixup else drawn(n, 0, rng)
    )
    greys = np.array([0, 51, 102, 255, 30])[:, None, None, None]
    data = np.broadcast_to(greys, (5, 4, 4, 3)).astype(np.uint8), np.array([0, 0, 0, 1, 1])
    ends = []
    for freeze in (None, "0"):
        torch.manual_seed(1)
        one = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Flatten(), nn.Linear(64, 2))
        one[0].requires_grad_(False)
        points = tune(
            one, data, data, recipe(steps=3, batch_size=4, **changes), 0, lambda _: None,
            unfinished=unfinished(tmp_path), freeze=freeze,
        )  # fmt: skip
        unfinished(tmp_path).remove()
        ends.append([points[-1].training_loss, points[-1].validation_loss])
    assert ends[0] == pytest.approx(ends[1], rel=1e-4)


class StoppedError(Exception):
    pass


def stop_at_the_second(point) -> None:
    if point.step == 8:
        raise StoppedError


@pytest.mark.parametrize("can_be_cut", [True, False])
def test_an_interrupted_training_ends_with_the_weights_of_an_uninterrupted_one(
    tmp_path, can_be_cut
):
    how = {"freeze": "front", "copies": 3}
    settings = recipe(shift=0.2, mixup=0.3, patience=9)
    whole = model(can_be_cut=can_be_cut)
    points = tune(
        whole, *DATA, settings, 0, lambda _: None, unfinished=Unfinished(tmp_path / "w", "a"), **how
    )
    with pytest.raises(StoppedError):
        tune(
            model(can_be_cut=can_be_cut), *DATA, settings, 0, lambda _: None,
            unfinished=unfinished(tmp_path), observe=stop_at_the_second, **how,
        )  # fmt: skip
    again, left, said = model(can_be_cut=can_be_cut), unfinished(tmp_path), []
    assert left.found
    assert tune(again, *DATA, settings, 0, said.append, unfinished=left, **how) == points
    assert any("after step 4" in line for line in said)
    ends = state(whole), state(again)
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_nothing_frozen_is_a_training_like_any_other(tmp_path):
    ends = []
    for learn in (train, tune):
        one = model()
        learn(one, *DATA, recipe(), 0, lambda _: None, unfinished=unfinished(tmp_path))
        ends.append(state(one))
        unfinished(tmp_path).remove()
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


class Passing(nn.Module):
    """A frozen part that passes the images themselves, and the sum of each."""

    def forward(self, images):
        return images, images.sum((1, 2, 3))


def drawn(features: Features, draws: int = 60) -> set[bytes]:
    """The different copies of the second image, as bytes."""
    rng, cpu = np.random.default_rng(0), torch.device("cpu")
    parts = (features.drawn(np.array([1, 1]), 0.0, rng, cpu) for _ in range(draws))
    return {row.numpy().tobytes() for images, _ in parts for row in images}


def test_the_copies_of_an_image_are_itself_its_mirror_image_and_shifted_ones(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    labels = np.array([0, 1, 0])
    own = torch.from_numpy(images[1]).permute(2, 0, 1).float() / 255
    mirrored = own.flip(2)
    known = [one.contiguous().numpy().tobytes() for one in (own, mirrored)]
    for copies in (1, 2):
        features = Features(Passing(), images, labels, tmp_path, copies=copies, shift=0.25)
        assert drawn(features) == set(known[:copies])
    features = Features(Passing(), images, labels, tmp_path, copies=4, shift=0.25)
    assert len(drawn(features)) == 4 and set(known) < drawn(features)
    other = Features(Passing(), images, labels, tmp_path / "b", copies=4, shift=0.25, seed=1)
    assert drawn(other) != drawn(features)
    assert features.shapes == [(3, 8, 8), ()]
    assert features.size == 4 * 3 * (3 * 8 * 8 + 1) * 4
    same = Features(Passing(), images, labels, tmp_path / "c")
    sums = same.logits(_Second())
    assert sums == pytest.approx(images.sum((1, 2, 3), dtype=float) / 255, rel=1e-5)


class _Second(nn.Module):
    def forward(self, images, sums):
        return sums


@torch.no_grad()
def test_features_are_kept_as_the_part_makes_them(tmp_path, monkeypatch):
    """In bfloat16, with the order of their axes in memory, which decides the last bits."""
    monkeypatch.setattr(device, "_cpu_has_bfloat16", lambda: True)
    images, labels = DATA[0]
    part = nn.Sequential(nn.Conv2d(3, 4, 3)).to(memory_format=torch.channels_last)

    class Front(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = part

        def forward(self, images):
            return (self.part(images),)

    features = Features(Front(), images, labels, tmp_path, precision="bfloat16")
    chosen = np.array([2, 5, 7])
    (kept,) = features.drawn(chosen, 0.0, np.random.default_rng(0), torch.device("cpu"))
    with torch.autocast("cpu", torch.bfloat16):
        made = part(torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255)
    assert kept.dtype == torch.bfloat16 and torch.equal(kept, made[chosen])
    assert kept.is_contiguous(memory_format=torch.channels_last)
