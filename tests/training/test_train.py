import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.networks import device
from cnnscope.networks.classifier import Classifier, predict
from cnnscope.training.train import Recipe, train
from cnnscope.training.unfinished import Unfinished


def recipe(**changes) -> Recipe:
    values = {
        "steps": 30,
        "batch_size": 8,
        "learning_rate": 0.02,
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "shift": 0.0,
        "mixup": 0.0,
        "evaluations": 3,
    }
    return Recipe(**(values | changes))


def bright_or_dark(count: int) -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(count) % 2
    rng = np.random.default_rng(count)
    noise = rng.integers(0, 90, (count, 8, 8, 3))
    return (noise + 160 * labels[:, None, None, None]).astype(np.uint8), labels


def model() -> Classifier:
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.1), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(4, 2),
    )  # fmt: skip
    return Classifier(network, [0.5] * 3, [0.25] * 3)


def test_learns_what_can_be_learnt_and_says_so():
    said: list[str] = []
    points = train(model(), bright_or_dark(40), bright_or_dark(20), recipe(), 0, said.append)
    assert [point.step for point in points] == [10, 20, 30]
    assert points[-1].epoch == pytest.approx(30 * 8 / 40)
    assert points[-1].validation_accuracy == 1.0
    assert points[-1].training_loss < points[0].training_loss
    assert said[-1].startswith("step 30/30")


def test_a_network_that_views_its_feature_maps_learns_too():
    """It does not run where the channels of a pixel lie side by side."""

    class Views(nn.Flatten):
        def forward(self, maps):
            return maps.view(len(maps), -1)

    viewing = model()
    pooled = nn.AdaptiveAvgPool2d(2), Views(), nn.Linear(16, 2)
    viewing.network = nn.Sequential(*viewing.network[:4], *pooled)
    points = train(viewing, bright_or_dark(40), bright_or_dark(20), recipe(), 0, str)
    assert points[-1].validation_accuracy == 1.0


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    results = []
    for seed in (0, 0, 1):
        trained = model()
        train(trained, bright_or_dark(24), bright_or_dark(8), recipe(steps=5), seed, lambda _: None)
        results.append(torch.cat([p.flatten() for p in trained.parameters()]))
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


def test_ends_in_evaluation_mode_and_plain_layout():
    trained = model()
    train(trained, bright_or_dark(8), bright_or_dark(8), recipe(steps=8), 0, lambda _: None)
    assert not trained.training
    assert all(p.is_contiguous() for p in trained.parameters())


def test_bfloat16_learns_too_and_is_not_float32(monkeypatch):
    monkeypatch.setattr(device, "_cpu_has_bfloat16", lambda: True)
    weights = []
    for precision in ("float32", "bfloat16"):
        trained = model()
        data = bright_or_dark(40), bright_or_dark(20)
        points = train(trained, *data, recipe(precision=precision), 0, lambda _: None)
        assert points[-1].validation_accuracy == 1.0
        weights.append(torch.cat([p.flatten() for p in trained.parameters()]))
    assert all(one.dtype == torch.float32 for one in weights)
    assert not torch.equal(*weights)


class StoppedError(Exception):
    pass


def weights_of(trained: nn.Module) -> torch.Tensor:
    return torch.cat([tensor.flatten().double() for tensor in trained.state_dict().values()])


def interrupted_after(points: int):
    """An observer that stops the training when so many points are behind it, as a signal would."""
    seen = []

    def observe(point) -> None:
        seen.append(point)
        if len(seen) > points:
            raise StoppedError

    return observe


@pytest.mark.parametrize("changes", [{}, {"balance": "sampling", "mixup": 0.3}, {"patience": 9}])
def test_an_interrupted_training_ends_with_the_weights_of_an_uninterrupted_one(tmp_path, changes):
    data, settings = (bright_or_dark(24), bright_or_dark(8)), recipe(shift=0.2, **changes)
    whole = model()
    points = train(whole, *data, settings, 0, lambda _: None)
    with pytest.raises(StoppedError):
        train(
            model(), *data, settings, 0, lambda _: None,
            unfinished=Unfinished(tmp_path / "u", "a"), observe=interrupted_after(1),
        )  # fmt: skip
    said: list[str] = []
    again = model()
    left = Unfinished(tmp_path / "u", "a")
    assert train(again, *data, settings, 0, said.append, unfinished=left) == points
    assert torch.equal(weights_of(again), weights_of(whole))
    assert "after step 10" in said[0]


def test_a_state_of_another_training_or_a_damaged_one_is_not_used(tmp_path):
    folder = tmp_path / "u"
    Unfinished(folder, "a").keep({"points": []})
    assert Unfinished(folder, "a").found == {"points": []}
    assert Unfinished(folder, "b").found is None
    assert not folder.exists()
    Unfinished(folder, "a").keep({"points": []})
    (folder / "state.pt").write_bytes((folder / "state.pt").read_bytes()[:100])
    assert Unfinished(folder, "a").found is None


def test_patience_stops_early_and_takes_the_best_weights():
    said: list[str] = []
    trained = model()
    settings = recipe(steps=80, evaluations=40, patience=4)
    points = train(trained, bright_or_dark(40), bright_or_dark(20), settings, 0, said.append)
    scores = [point.validation_accuracy for point in points]
    assert scores.index(max(scores)) == len(points) - 1 - 4 < 35
    logits = predict(trained, bright_or_dark(20)[0])
    assert (logits.argmax(1) == bright_or_dark(20)[1]).mean() == max(scores)
    assert said[-1] == f"takes the weights of step {points[scores.index(max(scores))].step}"
