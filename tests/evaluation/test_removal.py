"""Deletion and insertion against areas worked out pixel by pixel."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.evaluation import deletion, insertion
from cnnscope.networks.classifier import Classifier

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (3, 2, 3, 1), dtype=np.uint8)
MAPS = RNG.normal(size=(3, 2, 3)).astype(np.float32)
TARGETS = np.array([1, 0, 1])


def linear() -> Classifier:
    torch.manual_seed(0)
    return Classifier(nn.Sequential(nn.Flatten(), nn.Linear(6, 2)), [0.0], [1.0])


def by_hand(image, target, ranked, baseline, shown_first) -> float:
    """One pixel after the other, with the weights of the linear model in NumPy."""
    layer = linear().network[1]
    weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    colour = round(float(image.mean())) if baseline == "mean" else 0
    pixels = [colour] * 6 if shown_first else image.ravel().tolist()
    probabilities = []
    for place in [None, *sorted(range(6), key=lambda at: -ranked.ravel()[at])]:
        if place is not None:
            pixels[place] = int(image.ravel()[place]) if shown_first else colour
        logits = weights @ (np.array(pixels, np.float32) / 255) + bias
        probabilities.append(float(np.exp(logits[target]) / np.exp(logits).sum()))
    return sum((a + b) / 2 / 6 for a, b in pairwise(probabilities))


@pytest.mark.parametrize("baseline", ["mean", "black"])
@pytest.mark.parametrize(("metric", "shown_first"), [(deletion, False), (insertion, True)])
def test_the_area_is_that_of_pixels_taken_one_by_one(metric, shown_first, baseline):
    found = metric.score(
        linear(), IMAGES, TARGETS, MAPS, steps=6, baseline=baseline, seed=0, log=str
    )
    expected = [
        by_hand(*one, baseline, shown_first) for one in zip(IMAGES, TARGETS, MAPS, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_best_map_of_a_linear_model_is_deleted_sooner_and_inserted_sooner_than_its_opposite():
    model = linear()
    gradient = (
        model.network[1].weight.detach().numpy()[1] - model.network[1].weight.detach().numpy()[0]
    )
    right = (gradient.reshape(1, 2, 3) * IMAGES[..., 0] / 255).astype(np.float32)
    for metric, best, worst in ((deletion, right, -right), (insertion, -right, right)):
        arguments = {"steps": 6, "baseline": "black", "seed": 0, "log": str}
        low = metric.score(model, IMAGES, np.ones(3, int), best, **arguments)
        high = metric.score(model, IMAGES, np.ones(3, int), worst, **arguments)
        assert (low < high).all()


def test_a_score_follows_the_order_of_a_map_and_not_its_scale():
    arguments = {"steps": 3, "baseline": "mean", "seed": 0, "log": str}
    first = deletion.score(linear(), IMAGES, TARGETS, MAPS, **arguments)
    scaled = deletion.score(linear(), IMAGES, TARGETS, 10 * MAPS + 3, **arguments)
    assert first.tobytes() == scaled.tobytes()


def test_the_score_of_an_image_does_not_depend_on_the_others():
    arguments = {"steps": 4, "baseline": "mean", "seed": 0, "log": str}
    whole = insertion.score(linear(), IMAGES, TARGETS, MAPS, **arguments)
    for rows in ([2], [1, 0]):
        some = insertion.score(linear(), IMAGES[rows], TARGETS[rows], MAPS[rows], **arguments)
        assert some.tobytes() == whole[rows].tobytes()


def test_more_steps_than_pixels_are_refused():
    with pytest.raises(UserError, match="7 are more than the 6 pixels"):
        deletion.score(linear(), IMAGES, TARGETS, MAPS, steps=7, baseline="mean", seed=0, log=str)
