"""What is left of a map when the network is random, or when another class is explained."""

import numpy as np
import pytest
import torch
from rerun_cases import SIDE, TARGETS, by_edges, by_gradient, linear, network, pictures
from scipy.stats import spearmanr
from torch import nn

from cnnscope.attribution import input_x_gradient
from cnnscope.errors import UserError
from cnnscope.evaluation import parameter_randomisation, random_logit
from cnnscope.evaluation._cascade import cascade
from cnnscope.evaluation._similarity import explained_pixels, likeness
from cnnscope.networks.classifier import Classifier

IMAGES = pictures()
BLACK = (IMAGES == 0).all(3)
METRICS = [parameter_randomisation, random_logit]


def scored(metric, explain, model=None, rows=slice(None), **given) -> np.ndarray:
    model = model or network()
    options = {name: option["default"] for name, option in metric.METRIC.options.items()}
    images, targets = IMAGES[rows], TARGETS[rows]
    maps = explain(model, images, targets)
    arguments = options | {"seed": 0, "explain": explain, "log": str} | given
    return metric.score(model, images, targets, maps, **arguments)


def noise(model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """A map that has nothing to do with that of another network, or of another class."""
    held = int.from_bytes(next(model.parameters()).detach().numpy().tobytes()[:4], "little")
    streams = [np.random.default_rng([held, number, int(t)]) for number, t in enumerate(targets)]
    return np.stack([rng.normal(size=(SIDE, SIDE)) for rng in streams]).astype(np.float32)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("similarity", ["spearman", "ssim"])
def test_a_map_that_ignores_network_and_class_scores_1(metric, similarity):
    found = scored(metric, by_edges, similarity=similarity)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 1, atol=1e-6)


def test_maps_that_have_nothing_to_do_with_each_other_score_0_within_a_few_deviations():
    for metric, given in ((parameter_randomisation, {"stages": 1}), (random_logit, {})):
        found = scored(metric, noise, **given)
        assert (np.abs(found) < 3 / np.sqrt((~BLACK[0]).sum())).all() and found.any()


def test_the_score_is_the_mean_of_the_rank_correlations_over_the_stages():
    model, first = network(), by_gradient(network(), IMAGES, TARGETS)
    by_hand = [
        [
            spearmanr(one[~black], other[~black]).statistic
            for one, other, black in zip(
                first, by_gradient(random, IMAGES, TARGETS), BLACK, strict=True
            )
        ]
        for _, random in cascade(model, IMAGES.shape[1:], 3, 7)
    ]
    found = scored(parameter_randomisation, by_gradient, stages=3, seed=7)
    np.testing.assert_allclose(found, np.mean(by_hand, 0), atol=1e-6)
    assert np.ptp(by_hand, axis=0).min() > 0.01, "the stages differ"


def test_signs_do_not_count_where_weights_are_random():
    """The map of a random network is that of the first, with all its signs turned."""
    flipped = iter([1, -1])

    def explain(model, images, targets):
        return next(flipped) * by_edges(model, images, targets)

    np.testing.assert_allclose(scored(parameter_randomisation, explain, stages=1), 1, atol=1e-6)


def test_what_speaks_for_a_class_and_against_the_other_scores_below_0():
    """Two logits of a linear model that add up to 0."""
    model = linear()
    with torch.no_grad():
        layer = model.network[1]
        layer.weight[1], layer.weight[2] = -layer.weight[0], -layer.weight[0]

    def explain(model, images, targets):
        return input_x_gradient.explain(model, images, targets, log=str).attribution

    found = scored(random_logit, explain, model)
    pairs = np.array([drawn_class(row) for row in range(4)])
    opposite = (pairs == 0) != (TARGETS == 0)
    np.testing.assert_allclose(found, np.where(opposite, -1, 1), atol=1e-5)
    assert 0 < opposite.sum() < 4


def drawn_class(row: int, seed: int = 0) -> int:
    """The class that an image's map is compared with."""
    seen = []

    def explain(model, images, targets):
        seen.append(int(targets[0]))
        return by_edges(model, images, targets)

    scored(random_logit, explain, rows=[row], seed=seed)
    assert seen[0] == TARGETS[row]
    return seen[1]


def test_the_other_class_is_any_but_the_target_and_follows_from_the_image_and_the_seed():
    drawn = [[drawn_class(row, seed) for seed in range(12)] for row in range(4)]
    for target, classes in zip(TARGETS, drawn, strict=True):
        assert set(classes) == {0, 1, 2} - {target}
    assert drawn[2] != drawn[3], "two images of a class are not told the same"


@pytest.mark.parametrize("metric", METRICS)
def test_black_pixels_do_not_count(metric):
    """The image times the gradient is 0 there whatever the network and the class."""

    def explain(model, images, targets):
        return input_x_gradient.explain(model, images, targets, log=str).attribution

    without = scored(metric, explain)
    # No pixel is equal to the mean colour, so all of them count.
    with_black = scored(metric, explain, baseline="mean")
    assert metric is random_logit or (with_black > without + 0.1).all()
    maps, others = explain(network(), IMAGES, TARGETS), explain(linear(), IMAGES, TARGETS)
    everywhere = np.ones_like(BLACK)
    tied = likeness("spearman", np.abs(maps), np.abs(others), everywhere)
    free = likeness("spearman", np.abs(maps), np.abs(others), ~BLACK)
    assert (tied > free + 0.3).all()


def test_pixels_equal_to_the_baseline_are_found_whatever_it_is():
    grey = np.zeros((1, 12, 12, 3), np.uint8)
    grey[0, :, :6], grey[0, :, 6:] = 90, 110
    grey[0, 2, 3], grey[0, 5, 7] = (100, 100, 100), (0, 0, 1)
    assert explained_pixels(grey, "black").all()
    grey[0, 0, 0] = 0
    black = ~explained_pixels(grey, "black")
    assert black.sum() == 1 and black[0, 0, 0], "a pixel is black where all its channels are"
    grey[0, 0, 0] = round(float(grey.mean()))
    same = ~explained_pixels(grey, "mean")
    assert same[0, 2, 3] == (round(float(grey.mean())) == 100)
    blurred = ~explained_pixels(np.full((1, 12, 12, 1), 77, np.uint8), "blur")
    assert blurred.all()


def test_ranks_share_ties_and_constant_maps_are_alike_only_to_constant_ones():
    where = np.ones((1, 2, 3), bool)
    first, second = np.array([[[1, 2, 2], [5, 9, 0]]]), np.array([[[3, 1, 4], [1, 7, 2]]])
    # Ranks 2, 3.5, 3.5, 5, 6, 1 and 4, 1.5, 5, 1.5, 6, 3: products of deviations 3.75, squares 17.
    assert likeness("spearman", first, second, where)[0] == pytest.approx(3.75 / 17)
    ones = np.ones((1, 2, 3))
    assert likeness("spearman", ones, 2 * ones, where)[0] == 1
    assert likeness("spearman", first, ones, where)[0] == 0
    assert likeness("spearman", ones, first, where)[0] == 0


def test_it_is_not_defined_without_a_map_or_without_pixels():
    where = np.ones((1, 2, 3), bool)
    some, few = np.arange(6.0).reshape(1, 2, 3), np.zeros_like(where)
    few[0, 1, 1] = True
    assert likeness("spearman", some, some, where)[0] == 1
    for first, second, counted in (
        (0 * some, some, where), (some, some + np.nan, where), (some, some, few),
    ):  # fmt: skip
        assert np.isnan(likeness("spearman", first, second, counted)[0])


@pytest.mark.parametrize("metric", METRICS)
def test_the_score_of_an_image_does_not_depend_on_the_others(metric):
    together = scored(metric, by_gradient)
    for rows in ([2], [3, 0], [1, 3, 2, 0]):
        assert scored(metric, by_gradient, rows=rows).tobytes() == together[rows].tobytes()


def test_the_seed_decides_the_random_weights():
    first, second = (scored(parameter_randomisation, by_gradient, seed=seed) for seed in (0, 1))
    assert (first != second).all()
    assert first.tobytes() == scored(parameter_randomisation, by_gradient, seed=0).tobytes()


def test_one_class_has_no_other():
    model = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE**2, 1)), (0.0,), (1.0,))
    assert np.isnan(scored(random_logit, by_edges, model)).all()


def test_ssim_is_that_of_scikit_image_and_refuses_images_below_its_window():
    rng = np.random.default_rng(2)
    first, second = rng.uniform(0, 5, (2, 1, 14, 14))
    second = (first + second) / 2
    where = np.zeros((1, 14, 14), bool)
    where[0, 3:9, 2:12] = True
    found = likeness("ssim", first, second, where)[0]
    assert found == pytest.approx(windowed(first[0] / first.max(), second[0] / second.max(), where))
    with pytest.raises(UserError, match="11 pixels a side"):
        likeness("ssim", first[:, :10], second[:, :10], where[:, :10])


def windowed(first: np.ndarray, second: np.ndarray, where: np.ndarray) -> float:
    """SSIM by its formula, with the Gaussian window of Wang and others 2004 written out."""
    steps = np.arange(-5, 6)
    weights = np.exp(-(steps[:, None] ** 2 + steps[None] ** 2) / (2 * 1.5**2))
    weights /= weights.sum()
    padded = [np.pad(one, 5, mode="symmetric") for one in (first, second)]
    values = []
    for row, column in zip(*np.nonzero(where[0]), strict=True):
        a, b = (one[row : row + 11, column : column + 11] for one in padded)
        mean, other = (weights * a).sum(), (weights * b).sum()
        variances = (weights * a * a).sum() - mean**2 + (weights * b * b).sum() - other**2
        shared = (weights * a * b).sum() - mean * other
        values.append(
            (2 * mean * other + 0.01**2) * (2 * shared + 0.03**2)
            / ((mean**2 + other**2 + 0.01**2) * (variances + 0.03**2))
        )  # fmt: skip
    return float(np.mean(values))
