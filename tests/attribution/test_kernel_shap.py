"""Kernel SHAP against Shapley's formula and against the library."""

from itertools import permutations
from math import comb

import numpy as np
import pytest
import shap
import torch
from lime_cases import cnn, images

from cnnscope.attribution import kernel_shap
from cnnscope.attribution._kernel_shap.coalitions import coalitions
from cnnscope.attribution._kernel_shap.shapley import shapley_values

FEW = {"method": "slic", "n_segments": 7, "compactness": 40.0, "sigma": 1.0}
MANY = {"method": "slic", "n_segments": 16, "compactness": 40.0, "sigma": 1.0}


def game(players: int, seed: int):
    """The gains of coalitions, which interact: a function of bool (N, S) with value 0 for none."""
    rng = np.random.default_rng(seed)
    weights, pairs = rng.normal(size=players), rng.normal(size=(players, players)) / 3
    return lambda masks: np.tanh(masks @ weights + ((masks @ pairs) * masks).sum(1))


def by_formula(value, players: int) -> np.ndarray:
    """The mean of what a player adds, over all orders in which the players may come."""
    added = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        grown = np.tril(np.ones((players, players), bool))[:, np.argsort(order)]
        gains = value(grown)
        added[list(order)] += np.diff(gains, prepend=0.0)
    return added / len(orders)


@pytest.mark.parametrize("players", [1, 2, 3, 5, 6])
def test_all_coalitions_give_the_values_of_shapley_s_formula(players):
    value = game(players, seed=players)
    masks, weights = coalitions(players, 10, np.random.default_rng(0))
    assert len(masks) == len(np.unique(masks, axis=0)) == max(1, 2**players - 2)
    whole = value(np.ones((1, players), bool))[0]
    found = shapley_values(masks, weights, value(masks), whole)
    np.testing.assert_allclose(found, by_formula(value, players), atol=1e-10)


def test_samples_come_near_and_share_out_the_whole_in_any_number():
    value, players = game(12, seed=1), 12
    masks, weights = coalitions(players, 2**14, np.random.default_rng(0))
    whole = value(np.ones((1, players), bool))[0]
    every = np.array([[bool(n >> b & 1) for b in range(players)] for n in range(1, 2**players - 1)])
    sizes = every.sum(1)
    kernel = np.array([coalition_weight(players, size) for size in sizes])
    exact = shapley_values(every, kernel, value(every), whole)
    found = shapley_values(masks, weights, value(masks), whole)
    np.testing.assert_allclose(found, exact, atol=0.02 * np.abs(exact).max())
    for samples in (10, 50, 200):
        masks, weights = coalitions(players, samples, np.random.default_rng(0))
        assert len(masks) == samples
        found = shapley_values(masks, weights, value(masks), whole)
        assert abs(found.sum() - whole) < 1e-10


def coalition_weight(players: int, size: int) -> float:
    return (players - 1) / (comb(players, size) * size * (players - size))


@pytest.mark.parametrize(("players", "samples"), [(11, 300), (12, 3000), (60, 1000)])
def test_coalitions_come_with_their_complements_and_sizes_have_the_kernel_s_weights(
    players, samples
):
    masks, weights = coalitions(players, samples, np.random.default_rng(0))
    assert len(masks) == samples
    assert sorted(map(bytes, masks)) == sorted(map(bytes, ~masks))
    sizes = np.arange(1, players)
    kernel = (players - 1) / (sizes * (players - sizes))
    np.testing.assert_allclose(weights.sum(), kernel.sum())
    single = weights[masks.sum(1) == 1].sum()
    np.testing.assert_allclose(single, kernel[0], rtol=1e-12)


def explain(model, batch, targets, segmentation, **given):
    return kernel_shap.explain(
        model, batch, targets, segmentation=segmentation, seed=4, log=str, **given
    )


def values_of(model, image, segments, target):
    """The probability of masked versions by the plain forward pass, each superpixel its mean."""
    shown = image / 255.0
    hidden = np.stack([shown[segments == s].mean(0) for s in range(segments.max() + 1)])[segments]

    def value(masks):
        on = np.asarray(masks)[:, segments][..., None] > 0.5
        versions = torch.from_numpy(np.where(on, shown, hidden)).permute(0, 3, 1, 2).float()
        with torch.no_grad():
            return model(versions).double().softmax(1)[:, target].numpy()

    return value


def test_values_of_superpixels_are_the_library_s():
    model, batch, targets = cnn(), images(2), np.array([2, 0])
    found = explain(model, batch, targets, FEW)
    for i, image in enumerate(batch):
        segments = found.details["segments"][i]
        count = segments.max() + 1
        assert 4 <= count <= 10
        explainer = shap.KernelExplainer(
            values_of(model, image, segments, targets[i]), np.zeros((1, count))
        )
        expected = explainer.shap_values(np.ones((1, count)), nsamples=2**12, silent=True, l1_reg=0)
        values = found.details["values"][i, :count]
        assert np.abs(values).max() > 0.01
        np.testing.assert_allclose(values, expected[0], atol=1e-5)
        np.testing.assert_allclose(found.attribution[i], values[segments], atol=1e-6)


def test_values_add_up_to_the_change_from_the_hidden_to_the_whole_image():
    model, batch, targets = cnn(), images(2), np.array([2, 0])
    found = explain(model, batch, targets, MANY, samples=200)
    details = found.details
    assert (details["segments"].max((1, 2)) >= 11).all()
    np.testing.assert_allclose(
        np.nansum(details["values"], 1), details["whole"] - details["hidden"], atol=1e-9
    )
    for i, image in enumerate(batch):
        segments = details["segments"][i]
        value = values_of(model, image, segments, targets[i])
        ends = value(np.repeat([[True], [False]], segments.max() + 1, axis=1))
        np.testing.assert_allclose([details["whole"][i], details["hidden"][i]], ends, atol=1e-5)
    facts = kernel_shap.summarise(details)
    assert facts["largest_residual"] < 1e-9 and len(facts["superpixels"]) == 2
    assert facts["mean_whole"] == details["whole"].mean()


def test_one_superpixel_has_the_whole_change():
    flat = np.full((1, 32, 32, 3), 200, np.uint8)
    found = explain(cnn(), flat, np.array([1]), {"method": "felzenszwalb"}, baseline="black")
    change = found.details["whole"] - found.details["hidden"]
    np.testing.assert_allclose(found.attribution[0], change[0], atol=1e-6)
