"""Of many classes only some are explained, and only they cost time."""

import numpy as np
import pytest
import torch
from shap_models import lived_in, on_map, pictures, run
from torch import nn

from cnnscope.attribution._shap import expected_gradients
from cnnscope.attribution._shap.classes import chosen_classes
from cnnscope.attribution.shap import summarise
from cnnscope.networks.food_cnn import FoodCNN

ENGINES = ["cnnscope", "shap", "expected_gradients"]
LOGITS = np.array([[0.1, 0.9, 0.5, 0.7], [3.0, 2.0, 1.0, 0.0]])


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def many(classes):
    return lived_in(FoodCNN(classes, width=0.05, size=32), 32)


@pytest.mark.parametrize(
    ("count", "targets", "labels", "expected"),
    [
        (None, [0, 3], [0, 3], [[0, 1, 2, 3]] * 2),
        (4, [0, 3], [0, 3], [[0, 1, 2, 3]] * 2),
        (9, [0, 3], None, [[0, 1, 2, 3]] * 2),
        (2, [1, 0], [3, 1], [[1, 3], [0, 1]]),
        (1, [0, 0], [2, -1], [[1, 0, 2], [0, -1, -1]]),
        (1, [0, 1], None, [[1, 0], [0, 1]]),
    ],
)
def test_the_likeliest_classes_then_the_target_and_the_true_one(count, targets, labels, expected):
    labels = None if labels is None else np.array(labels)
    chosen = chosen_classes(LOGITS, count, np.array(targets), labels)
    assert chosen.dtype == np.int64 and chosen.tolist() == expected


def test_without_being_asked_all_of_twelve_and_five_of_thirteen():
    target = np.array([12 - 1])
    assert chosen_classes(np.arange(12.0)[None], None, target, None).tolist() == [[*range(12)]]
    five = chosen_classes(np.arange(13.0)[None], None, target, None)
    assert five.tolist() == [[12, 11, 10, 9, 8]]


@pytest.mark.parametrize("engine", ENGINES)
def test_values_of_some_classes_are_those_of_all(engine):
    model, images, background = many(6), pictures(3, 32), pictures(4, 32, seed=1)
    labels = np.array([5, -1, 2])
    arguments = {"engine": engine, "samples": 8, "labels": labels}
    everything = run(model, images, background, **arguments)[0]
    some, _ = run(model, images, background, classes=2, **arguments)
    assert everything.details["classes"].tolist() == [[*range(6)]] * 3
    np.testing.assert_allclose(some.attribution, everything.attribution, atol=1e-6)
    for i, classes in enumerate(some.details["classes"]):
        known = classes >= 0
        assert set(np.argsort(-some.details["logits"][i])[:2]) <= set(classes)
        assert {i % 2, labels[i]} <= {*classes, -1}
        for name in ("values", "residual"):
            own, all_ = some.details[name][i], everything.details[name][i]
            assert np.isnan(own[~known]).all()
            if name == "values":
                np.testing.assert_allclose(own[known], all_[classes[known]], atol=1e-6)
    assert np.isfinite(summarise(some.details)["largest_residual"])


@pytest.mark.parametrize(("engine", "shape"), [("cnnscope", (2, 1000)), ("expected_gradients", ())])
def test_of_a_thousand_classes_only_the_explained_ones_are_differentiated(
    engine, shape, monkeypatch
):
    """The five likeliest ones, the target and the true one, in one batch each."""
    shapes, differentiate = [], torch.autograd.grad

    def counted(outputs, *args, **kwargs):
        shapes.append(tuple(outputs.shape))
        return differentiate(outputs, *args, **kwargs)

    model, images, background = many(1000), pictures(1, 32), pictures(2, 32, seed=1)
    monkeypatch.setattr(torch.autograd, "grad", counted)
    monkeypatch.setattr(expected_gradients, "_DOUBLINGS", 0)
    arguments = {"engine": engine, "samples": 4, "labels": np.array([7])}
    details = run(model, images, background, **arguments)[0].details
    assert details["classes"].shape == (1, 7) and details["values"].shape[:2] == (1, 7)
    assert details["logits"].shape == (1, 1000)
    assert shapes.count(shape) == 7


def test_images_with_other_classes_do_not_change_an_image_s_values():
    model, images, background = many(20), pictures(4, 32), pictures(3, 32, seed=1)
    labels = np.array([19, 18, 3, -1])
    together = run(model, images, background, labels=labels)[0].details
    for i in range(4):
        alone, _ = run(model, images[[i, i]], background, labels=labels[[i, i]])
        classes = [number for number in together["classes"][i] if number >= 0]
        shared = [column for column, number in enumerate(alone.details["classes"][0])
                  if number in classes]  # fmt: skip
        for column in shared:
            other = together["classes"][i].tolist().index(alone.details["classes"][0, column])
            np.testing.assert_array_equal(
                alone.details["values"][0, column], together["values"][i, other]
            )


def test_nan_of_a_network_is_no_small_residual():
    model = on_map(lambda m, x: m.act(x))
    model.head[2].bias = nn.Parameter(torch.tensor([0.0, torch.nan, 0.0]))
    result, said = run(model, pictures(1), pictures(2, seed=1))
    assert np.isnan(summarise(result.details)["largest_residual"])
    assert "1 of 1 images" in said[-1]
