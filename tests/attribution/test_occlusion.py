"""Occlusion against captum, and by hand."""

import numpy as np
import pytest
import torch
from captum.attr import Occlusion
from lime_cases import Planted, cnn, images

from cnnscope.attribution import occlusion
from cnnscope.attribution._masking.windows import Windows
from cnnscope.networks.probabilities import probabilities


@pytest.mark.parametrize(
    ("window", "stride", "pixels"),
    [(0.25, 0.5, (8, 4)), (0.15, 0.6, (5, 3)), (0.4, 1.0, (13, 13)), (1.0, 0.5, (32, 16))],
)
def test_maps_are_captum_s(window, stride, pixels):
    model, batch, targets = cnn(), images(2), np.array([2, 0])
    found = occlusion.explain(
        model, batch, targets, seed=0, window=window, stride=stride, baseline="black", log=str
    ).attribution
    side, step = pixels
    inputs = torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255
    expected = Occlusion(model).attribute(
        inputs,
        (3, side, side),
        (3, step, step),
        target=torch.from_numpy(targets),
        perturbations_per_eval=32,
    )
    assert np.abs(found).max() > 0.1
    np.testing.assert_allclose(found, expected[:, 0].numpy(), atol=1e-4)


def test_unequal_sides_are_covered_by_windows_of_their_own_shares():
    windows = Windows.of((6, 10), window=0.5, stride=1.0)
    assert windows.mean_over(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == (
        [[1.0] * 5 + [2.0] * 5] * 3 + [[3.0] * 5 + [4.0] * 5] * 3
    )


def test_a_pixel_has_the_mean_of_the_windows_that_hide_it():
    # Windows of 2 pixels, 1 apart, on 4: they cover 01, 12 and 23.
    windows = Windows.of((1, 4), window=0.5, stride=0.5)
    assert windows.mean_over(np.array([1.0, 3.0, 8.0])).tolist() == [[1.0, 2.0, 5.5, 8.0]]


def test_a_region_that_alone_matters_alone_has_attribution_and_the_ends_are_its_probabilities():
    region = np.zeros((32, 32))
    region[8:16, 16:24] = 1
    batch = np.full((1, 32, 32, 3), 255, np.uint8)
    found = occlusion.explain(
        Planted(region), batch, np.array([1]), seed=0, window=0.25, stride=1.0, baseline="black"
    )
    # White it says 0.9, black 0.5.
    drop = np.log(0.9) - np.log(0.5)
    np.testing.assert_allclose(found.attribution[0], drop * region, atol=1e-6)
    np.testing.assert_allclose(found.details["whole"], probabilities(np.log([0.1, 0.9]))[1])
    np.testing.assert_allclose(found.details["hidden"], 0.5, atol=1e-6)
    assert occlusion.summarise(found.details)["mean_hidden"] == found.details["hidden"][0]


def test_the_logit_is_the_mean_over_background_images():
    batch, targets = images(3), np.array([1])
    given = {"seed": 0, "baseline": "background", "window": 0.25, "log": str}
    both, *each = [
        occlusion.explain(cnn(), batch[:1], targets, background=background, **given).attribution
        for background in (batch[1:], batch[1:2], batch[2:])
    ]
    assert np.abs(each[0] - each[1]).max() > 0.1
    np.testing.assert_allclose(both, (each[0] + each[1]) / 2, atol=1e-5)
