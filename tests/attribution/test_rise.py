"""RISE against its exact expectation."""

from itertools import product

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnscope.attribution import rise
from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.masked_image import MaskedImage
from cnnscope.attribution._masking.soft_grids import cells_of_pixels

SIDE, CELLS = 6, 3
IMAGE = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
GRIDS = np.array(list(product([False, True], repeat=CELLS * CELLS)))
SHIFTS = list(product(range(2), repeat=2))


def model() -> nn.Module:
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    network = nn.Sequential(*layers, nn.Linear(36, 3)).eval()
    with torch.no_grad():
        network[-1].weight *= 8
    return network


def mask_of(grid: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """A mask as PyTorch enlarges its grid."""
    small = torch.from_numpy(grid.reshape(1, 1, CELLS, CELLS).astype(np.float64))
    large = F.interpolate(small, size=(8, 8), mode="bilinear", align_corners=False)[0, 0]
    return large[shift[0] : shift[0] + SIDE, shift[1] : shift[1] + SIDE].numpy()


def expectation(shift: tuple[int, int], shown: float) -> np.ndarray:
    """E[f(I * M) M(x)] / p by all 512 masks."""
    masks = np.stack([mask_of(grid, shift) for grid in GRIDS])
    count = GRIDS.sum(1)
    chance = shown**count * (1 - shown) ** (CELLS * CELLS - count)
    pictures = torch.from_numpy(masks[..., None] * IMAGE / 255).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        answers = model()(pictures).softmax(1)[:, 1].numpy()
    return np.einsum("m,m,mhw->hw", chance, answers, masks) / shown


def masked() -> MaskedImage:
    forward = MaskedForward(model(), (SIDE, SIDE))
    return MaskedImage(forward, IMAGE, np.zeros((1, SIDE, SIDE, 3)), print)


@pytest.mark.parametrize("shift", [(0, 0), (1, 0)])
def test_all_masks_together_give_the_exact_expectation(shift):
    # All 512 masks once: their mean is the expectation, but for N - 1 where it divides by N.
    found = rise._expectation(masked(), 1, [(shift, GRIDS)], probability=0.5)
    exact = expectation(shift, 0.5)
    answers = masked().probabilities(*_cells(shift))[:, 1]
    mean = answers.mean()
    assert np.ptp(exact) > 0.03
    np.testing.assert_allclose((found - mean) * 511 / 512 + mean, exact, atol=1e-6)


def _cells(shift):
    numbers, shares = cells_of_pixels((SIDE, SIDE), CELLS, shift)
    return numbers, GRIDS, shares


class Tabled:
    """A masked image whose answers to all masks are known."""

    image = IMAGE

    def __init__(self):
        self.places = 1 << np.arange(CELLS * CELLS)
        order = np.argsort(GRIDS @ self.places)
        self.known = []
        for shift in SHIFTS:
            numbers, masks, shares = _cells(shift)
            self.known.append((shares, masked().probabilities(numbers, masks, shares)[order]))

    def probabilities(self, numbers, masks, shares):
        (answers,) = (known for own, known in self.known if np.array_equal(own, shares))
        return answers[masks @ self.places]


@pytest.mark.parametrize("shown", [0.5, 0.3])
def test_estimates_are_unbiased(shown, monkeypatch):
    """Few samples each, so that a bias of 1/N would show; shifts are drawn as well."""
    monkeypatch.setattr(rise, "_OF_ONE_SHIFT", 4)
    rng, one, estimates = np.random.default_rng(1), Tabled(), []
    for _ in range(1000):
        groups = rise._groups(rng, (SIDE, SIDE), 8, CELLS, shown)
        estimates.append(rise._expectation(one, 1, groups, shown))
    estimates = np.array(estimates)
    exact = np.mean([expectation(shift, shown) for shift in SHIFTS], axis=0)
    error = estimates.std(0, ddof=1) / np.sqrt(len(estimates))
    assert np.abs((estimates.mean(0) - exact) / error).max() < 4.5
    assert error.max() < 0.1 * np.ptp(exact)


def test_the_map_of_many_samples_is_near_the_expectation():
    exact = np.mean([expectation(shift, 0.5) for shift in SHIFTS], axis=0)
    found = rise.explain(
        model(), IMAGE[None], np.array([1]), seed=2, samples=20000, cells=CELLS, log=str
    )
    assert np.abs(found.attribution[0] - exact).max() < 0.1 * np.ptp(exact)
    with torch.no_grad():
        black = model()(torch.zeros(1, 3, SIDE, SIDE)).softmax(1)[0, 1]
    np.testing.assert_allclose(found.details["hidden"], black, atol=1e-6)
    assert rise.summarise(found.details)["mean_whole"] == found.details["whole"][0]


@pytest.mark.parametrize("size", [(6, 6), (7, 10), (16, 12)])
def test_the_shares_of_cells_in_a_pixel_are_those_of_bilinear_interpolation(size):
    rng = np.random.default_rng(3)
    cells = 4
    grid = rng.random(cells * cells)
    sides = [-(-length // cells) for length in size]
    enlarged = [(cells + 1) * side for side in sides]
    small = torch.from_numpy(grid.reshape(1, 1, cells, cells))
    large = F.interpolate(small, size=enlarged, mode="bilinear", align_corners=False)[0, 0].numpy()
    for shift in ((0, 0), (sides[0] - 1, sides[1] - 1), (0, 1)):
        numbers, shares = cells_of_pixels(size, cells, shift)
        cut = large[shift[0] : shift[0] + size[0], shift[1] : shift[1] + size[1]]
        np.testing.assert_allclose((grid[numbers] * shares).sum(2), cut, atol=1e-12)
        np.testing.assert_allclose(shares.sum(2), 1)
