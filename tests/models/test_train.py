import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.models import device
from cnnscope.models.classifier import Classifier
from cnnscope.models.train import Recipe, _augment, _endless_order, _partners, train


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


def test_every_image_is_seen_once_an_epoch_across_batches():
    order = _endless_order(10, 4, np.random.default_rng(0))
    seen = np.concatenate([next(order) for _ in range(5)])
    assert np.bincount(seen).tolist() == [2] * 10


def test_augmentation_without_reach_mirrors_and_does_nothing_else():
    images = np.random.default_rng(1).integers(0, 256, (16, 6, 6, 3), np.uint8)
    changed = _augment(images, 0.0, np.random.default_rng(0))
    same = [bool((a == b).all()) for a, b in zip(changed, images, strict=True)]
    mirrored = [bool((a == b[:, ::-1]).all()) for a, b in zip(changed, images, strict=True)]
    assert all(a != b for a, b in zip(same, mirrored, strict=True))
    assert 0 < sum(mirrored) < 16


def test_augmentation_shifts_by_no_more_than_its_reach():
    images = np.zeros((64, 40, 40, 1), np.uint8)
    images[:, 19:21, 19:21] = 255
    moved = _augment(images, 0.1, np.random.default_rng(0))[..., 0]
    centres = np.array([np.argwhere(one).mean(0) for one in moved]) - 19.5
    assert np.abs(centres).max() == 4
    assert len(np.unique(centres, axis=0)) > 20


def test_mixup_leaves_each_image_at_least_half_and_none_where_it_is_off():
    rng = np.random.default_rng(0)
    shares = [_partners(8, 0.4, rng)[0] for _ in range(50)]
    assert 0.5 <= min(shares) < 0.7 and max(shares) <= 1
    share, other = _partners(8, 0.0, rng)
    assert share == 1.0 and sorted(other.tolist()) == list(range(8))


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
