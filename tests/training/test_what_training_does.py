"""What each setting of a training does to its numbers, worked out by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.networks.classifier import Classifier, predict
from cnnscope.training import train as training
from cnnscope.training.train import Recipe, train

pytestmark = pytest.mark.usefixtures("one_thread")

# Three images of one grey each, which no mirror changes; of the classes 0, 0 and 2.
GREYS, LABELS = np.array([0, 51, 255]), np.array([0, 0, 2])
IMAGES = np.broadcast_to(GREYS[:, None, None, None], (3, 2, 2, 1)).astype(np.uint8)
# Logits of each image: its grey, as a share, times these, plus those.
SLOPES, OFFSETS = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.0, -0.5])


def recipe(**changes) -> Recipe:
    values = {
        "steps": 1, "batch_size": 3, "learning_rate": 0.0, "weight_decay": 0.0,
        "label_smoothing": 0.0, "shift": 0.0, "mixup": 0.0, "evaluations": 1,
    }  # fmt: skip
    return Recipe(**(values | changes))


def linear() -> Classifier:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    with torch.no_grad():
        network[1].weight.copy_(torch.tensor(SLOPES)[:, None].expand(3, 4) / 4)
        network[1].bias.copy_(torch.tensor(OFFSETS))
    return Classifier(network, [0.0], [1.0])


def costs(shares: np.ndarray) -> np.ndarray:
    """Of grey images, by class: minus the logarithm of the softmax of the logits."""
    logits = np.outer(shares, SLOPES) + OFFSETS
    return np.log(np.exp(logits).sum(1, keepdims=True)) - logits


def trained(model: nn.Module, settings: Recipe, **options):
    """The last point of a training on the three images, scored on the last of them."""
    options = {"log": lambda _: None} | options
    return train(model, (IMAGES, LABELS), (IMAGES[2:], LABELS[2:]), settings, 0, **options)[-1]


def test_the_loss_is_the_mean_over_the_images_of_a_step():
    shares = GREYS / 255
    point = trained(linear(), recipe())
    assert point.training_loss == pytest.approx(costs(shares)[[0, 1, 2], LABELS].mean())
    # Logits of the second image: 0.7, -0.4, 0.1; of the last: 1.5, -2, 2.5.
    assert point.training_accuracy == 1.0
    assert point.epoch == 1.0


def test_a_validation_score_is_that_of_the_validation_images():
    wrongly_labelled = IMAGES[2:], np.array([1])
    (point,) = train(linear(), (IMAGES, LABELS), wrongly_labelled, recipe(), 0, lambda _: None)
    assert point.validation_loss == pytest.approx(costs(np.array([1.0]))[0, 1], rel=1e-5)
    assert (point.training_accuracy, point.validation_accuracy) == (1.0, 0.0)


def test_label_smoothing_spreads_its_share_over_all_classes():
    cost = costs(GREYS / 255)
    wanted = 0.7 * cost[[0, 1, 2], LABELS].mean() + 0.3 * cost.mean()
    assert trained(linear(), recipe(label_smoothing=0.3)).training_loss == pytest.approx(wanted)


def test_class_weights_make_a_rare_class_count_for_more():
    """3 images in 2 classes are 1.5 on average: the roots of 1.5 / 2 and of 1.5 / 1."""
    cost, weights = costs(GREYS / 255)[[0, 1, 2], LABELS], np.sqrt([0.75, 0.75, 1.5])
    wanted = (weights * cost).sum() / weights.sum()
    assert trained(linear(), recipe(balance="weights")).training_loss == pytest.approx(wanted)


def test_mixup_blends_the_images_and_their_targets_alike(monkeypatch):
    order = torch.tensor([2, 0, 1])
    monkeypatch.setattr(training, "partners", lambda count, mixup, rng: (0.75, order))
    shares = GREYS / 255
    cost = costs(0.75 * shares + 0.25 * shares[[2, 0, 1]])
    own, other = cost[[0, 1, 2], LABELS].mean(), cost[[0, 1, 2], LABELS[[2, 0, 1]]].mean()
    point = trained(linear(), recipe(mixup=1.0))
    assert point.training_loss == pytest.approx(0.75 * own + 0.25 * other)


def test_mixup_draws_its_share_anew_each_step(monkeypatch):
    seen = []
    drawn = training.partners

    def watched(*arguments):
        seen.append(drawn(*arguments))
        return seen[-1]

    monkeypatch.setattr(training, "partners", watched)
    trained(linear(), recipe(steps=8, mixup=0.4))
    assert len({share for share, _ in seen}) == 8
    assert min(share for share, _ in seen) < 0.95


class Watching(nn.Module):
    """Remembers the images that it sees while it is trained."""

    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner, self.seen = inner, []

    def forward(self, images):
        if self.training:
            self.seen.append(images.detach().clone())
        return self.inner(images)


def test_balanced_sampling_shows_a_rare_class_as_often_as_a_common_one():
    labels = np.array([0] * 18 + [1] * 2)
    images = np.broadcast_to(255 * labels[:, None, None, None], (20, 2, 2, 1)).astype(np.uint8)
    shares = []
    for balance in ("none", "sampling"):
        watching = Watching(linear())
        settings = recipe(steps=40, batch_size=10, balance=balance)
        train(watching, (images, labels), (images, labels), settings, 0, lambda _: None)
        shares.append(torch.cat(watching.seen).mean().item())
    assert shares[0] == pytest.approx(0.1)
    assert shares[1] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("shift", "rows"), [(0.0, {4}), (0.25, {2, 3, 4, 5, 6})])
def test_training_images_are_shifted_by_no_more_than_they_may_be_and_mirrored(shift, rows):
    image = np.zeros((1, 8, 8, 1), np.uint8)
    image[0, 4, 1] = 255
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    watching = Watching(Classifier(network, [0.0], [1.0]))
    settings = recipe(steps=60, batch_size=4, shift=shift)
    train(watching, (image, LABELS[:1]), (image, LABELS[:1]), settings, 0, lambda _: None)
    bright = torch.cat(watching.seen)[:, 0].nonzero()
    assert set(bright[:, 1].tolist()) == rows
    if not shift:
        assert set(bright[:, 2].tolist()) == {1, 6}


def test_weights_decay_at_the_rate_of_a_schedule_that_rises_to_its_peak_and_falls_to_nothing():
    """Black images give the weights no gradient: a step shrinks them by rate times decay alone."""
    black, model, found = np.zeros((2, 2, 2, 1), np.uint8), linear(), []
    weight = model.network[1].weight

    def observe(point) -> None:
        found.append(weight[0, 0].item())

    settings = recipe(steps=20, evaluations=20, learning_rate=0.5, weight_decay=0.2, batch_size=2)
    data = black, LABELS[1:]
    found.append(weight[0, 0].item())
    train(model, data, data, settings, 0, lambda _: None, observe=observe)
    rates = 1 - np.array(found[1:]) / np.array(found[:-1])
    assert rates[0] == pytest.approx(0.2 * 0.5 / 25, rel=1e-3), "begins at a 25th of the peak"
    assert rates.argmax() == 4 and rates[4] == pytest.approx(0.2 * 0.5, rel=1e-3), "at a quarter"
    assert (np.diff(rates[:5]) > 0).all() and (np.diff(rates[4:]) < 0).all()
    assert rates[-1] == pytest.approx(0, abs=1e-6)


def test_a_step_follows_the_gradient_of_its_own_images_alone():
    """With a rate of 0 each step has the same gradient, which must not pile up."""
    gradients, model = [], linear()
    bias = model.network[1].bias
    settings = recipe(steps=3, evaluations=3)
    trained(model, settings, observe=lambda _: gradients.append(bias.grad.numpy().copy()))
    logits = np.outer(GREYS / 255, SLOPES) + OFFSETS
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    wanted = (shares - np.eye(3)[LABELS]).mean(0)
    for gradient in gradients:
        np.testing.assert_allclose(gradient, wanted, atol=1e-6)


def test_the_sums_of_the_curves_begin_anew_at_each_point():
    points = train(
        linear(), (IMAGES, LABELS), (IMAGES, LABELS), recipe(steps=3, batch_size=1, evaluations=3),
        0, lambda _: None,
    )  # fmt: skip
    each = costs(GREYS / 255)[[0, 1, 2], LABELS]
    losses = [point.training_loss for point in points]
    assert sorted(losses) == pytest.approx(sorted(each), rel=1e-5)


def moody() -> Classifier:
    """A network that answers otherwise while it is trained, and learns from what it sees then."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 4, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Dropout(0.5), nn.Linear(16, 3)
    )
    return Classifier(network, [0.0], [1.0])


def test_training_trains_in_training_mode_and_is_scored_in_evaluation_mode():
    model, modes = moody(), []
    model.network[3].register_forward_hook(lambda layer, *_: modes.append(layer.training))
    point = trained(model, recipe(steps=8))
    # The network is tried once, in evaluation mode, before it learns.
    assert modes == [False] + [True] * 8 + [False]
    logits = predict(model, IMAGES[2:])
    share = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    assert point.validation_loss == pytest.approx(-np.log(share[0, 2]), rel=1e-4)
    assert model.network[1].num_batches_tracked == 8, "a score teaches the norms nothing"


def test_patience_counts_from_the_first_best_point_and_takes_the_weights_of_that_one():
    # Both images are black and of two classes: one is right throughout, so the first point is best.
    model, weights = linear(), []
    weight = model.network[1].weight
    black = np.zeros((2, 2, 2, 1), np.uint8)
    settings = recipe(
        steps=20, evaluations=20, learning_rate=0.1, weight_decay=0.1, batch_size=2, patience=3
    )
    points = train(
        model, (black, LABELS[1:]), (black, LABELS[1:]), settings, 0, lambda _: None,
        observe=lambda _: weights.append(weight.detach().clone()),
    )  # fmt: skip
    assert [point.step for point in points] == [1, 2, 3, 4]
    assert torch.equal(weight, weights[0]) and not torch.equal(weights[0], weights[1])
