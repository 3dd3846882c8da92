"""The steps that all pictures climb by, and what is done to a picture before it is scored."""

import math

import numpy as np
import pytest
import torch

from cnnscope.inspection.fourier import Preconditioner
from cnnscope.inspection.steps import climb, to_logits
from cnnscope.inspection.views import _moved, moved_views

PICTURE = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def as_it_is(picture):
    return picture


@pytest.mark.parametrize("steps", [1, 7])
def test_a_score_that_is_linear_in_the_logits_leads_to_its_weights_at_the_bound(steps):
    """In the first step already, from anywhere, and no later step leads away."""
    weights = torch.randn(1, 3, 6, 8, generator=torch.Generator().manual_seed(0)).double()
    base = to_logits(PICTURE)
    preconditioner = Preconditioner((6, 8), 3, weights)
    found = climb(
        lambda picture: (weights * torch.logit(picture)).sum(),
        base + 0.3, base, [as_it_is] * steps, 2.5, preconditioner,
    )  # fmt: skip
    pattern = found - base
    expected = 2.5 * preconditioner.direction(weights)
    np.testing.assert_allclose(pattern, expected, rtol=1e-6, atol=1e-9)
    structure = pattern - pattern.mean((2, 3), keepdim=True)
    assert structure.square().mean().sqrt().item() == pytest.approx(2.5)
    assert not found.requires_grad


def test_what_is_scored_is_the_view_of_a_picture():
    weights = torch.randn(1, 3, 6, 8, generator=torch.Generator().manual_seed(0)).double()
    preconditioner = Preconditioner((6, 8), 3, weights)
    found = climb(
        lambda picture: (weights * torch.logit(picture)).sum(),
        torch.zeros_like(weights), 0.0, [lambda picture: picture.flip(3)], 1.0, preconditioner,
    )  # fmt: skip
    np.testing.assert_allclose(found, preconditioner.direction(weights.flip(3)), atol=1e-9)


def test_waves_fall_and_are_damped_as_asked():
    like = torch.zeros(1)
    plain, steep = Preconditioner((32, 32), 1, like), Preconditioner((32, 32), 1, like, fall=2)
    slow, fast = (plain.decay[0, wave].item() for wave in (2, 8))
    # Frequencies 1/16 and 1/4; of 0.3 half is left.
    assert slow / fast == pytest.approx(4 * (1 + (0.25 / 0.3) ** 4) / (1 + (1 / 16 / 0.3) ** 4))
    assert (steep.decay[0, 2] / plain.decay[0, 2]).item() == pytest.approx(16)
    damped = Preconditioner((32, 32), 1, like, fastest=0.25)
    assert damped.decay[0, 8].item() == pytest.approx(4 / 2)


def test_views_are_shifts_within_reach_and_calm_in_the_end():
    picture = torch.arange(20 * 40).reshape(1, 1, 20, 40).double()
    shifts = []
    for view in moved_views(np.random.default_rng(0), 200, (20, 40), reach=0.25):
        first = view(picture)[0, 0].flatten().argmin().item()
        row, column = divmod(first, 40)
        shifts.append(((row + 10) % 20 - 10, (column + 20) % 40 - 20))
        assert sorted(view(picture).flatten().tolist()) == list(range(800)), "nothing is lost"
    rows, columns = np.abs(shifts).T
    assert (rows[:180].max(), columns[:180].max()) == (5, 10)
    assert (rows[180:].max(), columns[180:].max()) == (1, 2)


def test_views_follow_from_the_random_numbers_alone():
    options = {"reach": 0.2, "degrees": 20.0, "zoom": 0.2}
    seen = [
        [view(PICTURE) for view in moved_views(np.random.default_rng(seed), 3, (6, 8), **options)]
        for seed in (0, 0, 1)
    ]
    assert all(torch.equal(*pair) for pair in zip(*seen[:2], strict=True))
    assert not any(torch.equal(*pair) for pair in zip(*seen[1:], strict=True))


def test_a_picture_is_turned_about_its_middle_whatever_its_proportions():
    half = _moved(PICTURE, [0, 0], math.pi, 1.0)
    np.testing.assert_allclose(half, PICTURE.flip(2, 3), atol=1e-9)
    square = PICTURE[..., :6]
    quarter = _moved(square, [0, 0], math.pi / 2, 1.0)
    np.testing.assert_allclose(quarter, torch.rot90(square, 1, (2, 3)), atol=1e-9)
    # On a wide picture a quarter turn keeps distances: what is 1.5 right of the middle is above it.
    wide = _moved(PICTURE, [0, 0], math.pi / 2, 1.0)
    np.testing.assert_allclose(wide[..., 1:7], torch.rot90(PICTURE[..., 1:7], 1, (2, 3)), atol=1e-9)


def test_a_zoom_shows_more_or_less_of_a_picture():
    """Of a ramp, whose slope it multiplies."""
    ramp = torch.linspace(-1, 1, 9, dtype=torch.float64).expand(1, 1, 9, 9)
    seen = _moved(ramp, [0, 0], 0.0, 0.5)
    np.testing.assert_allclose(seen, ramp / 2, atol=1e-9)
