"""Infidelity: 0 where a map tells all that hiding does, 1 where it tells nothing."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.attribution.baseline import baselines
from cnnscope.evaluation import infidelity
from cnnscope.evaluation.infidelity import missed
from cnnscope.networks.classifier import Classifier

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(1, 256, (3, 8, 12, 3), dtype=np.uint8)
TARGETS = np.array([1, 0, 1])


def linear() -> Classifier:
    torch.manual_seed(0)
    return Classifier(nn.Sequential(nn.Flatten(), nn.Linear(288, 2)), [0.0] * 3, [1.0] * 3)


def contributions(baseline: np.ndarray | float) -> np.ndarray:
    """What each pixel of the images contributes to the target's logit of the linear model."""
    weights = linear().network[1].weight.detach().numpy().reshape(2, 3, 8, 12)[TARGETS]
    return (weights.transpose(0, 2, 3, 1) * (IMAGES / 255.0 - baseline)).sum(-1)


def scored(maps, baseline="black", **options) -> np.ndarray:
    arguments = {"window": 0.25, "seed": 0, "log": str} | options
    return infidelity.score(linear(), IMAGES, TARGETS, maps, baseline=baseline, **arguments)


@pytest.mark.parametrize("factor", [1, 0.001, 50])
def test_the_contributions_of_a_linear_model_miss_nothing_in_any_units(factor):
    np.testing.assert_allclose(scored(factor * contributions(0)), 0, atol=1e-6)


def test_contributions_are_to_the_baseline_that_takes_the_place_of_what_is_hidden():
    hidden = [baselines(image, "mean", seed=0)[0] for image in IMAGES]
    mean = np.rint(255 * np.stack(hidden)) / 255
    np.testing.assert_allclose(scored(contributions(mean), "mean"), 0, atol=1e-6)
    assert (scored(contributions(0), "mean") > 0.01).all()


def test_a_map_that_tells_nothing_or_the_opposite_misses_everything():
    np.testing.assert_array_equal(scored(np.zeros((3, 8, 12))), 1)
    np.testing.assert_array_equal(scored(-contributions(0)), 1)


def test_wrong_maps_miss_more():
    right = contributions(0)
    flipped = right[:, :, ::-1]
    shifted = np.roll(right, 1, 2)
    weights = linear().network[1].weight.detach().numpy().reshape(2, 3, 8, 12)[TARGETS]
    without_a_channel = (weights.transpose(0, 2, 3, 1) * IMAGES / 255)[..., :2].sum(-1)
    for wrong in (flipped, shifted, without_a_channel):
        assert (scored(wrong) > 0.01).all()


def test_what_is_missed_is_worked_out_by_hand():
    # The best factor of (1, 1) for (1, 3) is 2: it misses 1 + 1 of 10.
    assert missed(np.array([1.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(0.2)
    assert missed(np.array([1.0, -1.0]), np.array([-1.0, 3.0])) == 1
    assert missed(np.zeros(2), np.array([1.0, 3.0])) == 1
    assert np.isnan(missed(np.ones(2), np.zeros(2)))


def test_it_is_captum_s_normalised_infidelity_over_the_same_windows():
    """Captum leaves the error as it is; divided by the mean squared change they are equal."""
    from captum.metrics import infidelity as captum_infidelity

    from cnnscope.attribution._masking.windows import Windows

    torch.manual_seed(1)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(240, 2))
    model = Classifier(network, [0.0] * 3, [1.0] * 3).eval()
    pixels = torch.from_numpy(IMAGES).permute(0, 3, 1, 2).float().div(255).requires_grad_()
    model(pixels)[range(3), TARGETS].sum().backward()
    maps = (pixels * pixels.grad).sum(1).detach().numpy()
    found = infidelity.score(
        model, IMAGES, TARGETS, maps, window=0.25, baseline="black", seed=0, log=str
    )
    windows = Windows.of((8, 12), 0.25, stride=0.5)
    hidden = torch.from_numpy(~windows.masks[:, windows.segments])
    for number in range(3):
        image = torch.from_numpy(IMAGES[number]).permute(2, 0, 1)[None].float() / 255
        # Channels hold a third of the map each, over the image: what is hidden times that adds up.
        spread = torch.from_numpy(maps[number]).float() / 3 / image.clamp(min=1e-9)
        steps = iter(hidden)

        def hide(inputs, steps=steps):
            removed = inputs * next(steps)
            return removed, inputs - removed

        target = int(TARGETS[number])
        normalised = captum_infidelity(
            model, hide, image, spread, target=target, n_perturb_samples=len(hidden),
            max_examples_per_batch=1, normalize=True,
        )  # fmt: skip
        with torch.no_grad():
            whole = model(image)[0, target]
            falls = whole - model(image * ~hidden[:, None])[:, target]
        assert found[number] == pytest.approx(float(normalised / (falls**2).mean()), rel=1e-3)


def test_several_maps_of_an_image_ask_the_network_once_and_another_image_or_class_anew():
    model, batches = linear(), []
    model.network[1].register_forward_hook(lambda layer, given, _: batches.append(len(given[0])))
    rows, targets = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0])
    maps = RNG.normal(size=(5, 8, 12))
    options = {"window": 0.25, "baseline": "black", "seed": 0, "log": str}
    found = infidelity.score(model, IMAGES[rows], targets, maps, **options)
    asked = sum(batches)
    for number in range(5):
        one = slice(number, number + 1)
        alone = infidelity.score(model, IMAGES[rows][one], targets[one], maps[one], **options)
        assert alone.tobytes() == found[one].tobytes()
    # The layout of images is tried once, on one image.
    assert (sum(batches) - asked) / 5 == (asked - 1) / 3


def test_the_score_of_an_image_does_not_depend_on_the_others():
    maps = RNG.normal(size=(3, 8, 12))
    whole = scored(maps, "noise")
    some = infidelity.score(
        linear(), IMAGES[[2, 0]], TARGETS[[2, 0]], maps[[2, 0]], window=0.25, baseline="noise",
        seed=0, log=str,
    )  # fmt: skip
    assert some.tobytes() == whole[[2, 0]].tobytes()
