"""Max-sensitivity against captum and against what is known of it."""

import numpy as np
import pytest
import torch
from captum.metrics import sensitivity_max
from rerun_cases import TARGETS, by_gradient, linear, network, pictures

from cnnscope.evaluation import max_sensitivity

IMAGES = pictures()


def scored(model=None, explain=by_gradient, rows=slice(None), **given) -> np.ndarray:
    model = model or network()
    images, targets = IMAGES[rows], TARGETS[rows]
    arguments = {"samples": 3, "radius": 0.02, "seed": 0, "explain": explain, "log": str} | given
    maps = explain(model, images, targets)
    return max_sensitivity.score(model, images, targets, maps, **arguments)


def seen_copies(**given) -> np.ndarray:
    """The changed copies (samples, N, H, W, C) that are explained."""
    copies = []

    def explain(model, images, targets):
        copies.append(images.astype(int))
        return by_gradient(model, images, targets)

    scored(explain=explain, **given)
    np.testing.assert_array_equal(copies[0], IMAGES)
    return np.stack(copies[1:])


def test_it_is_captums_with_the_same_copies():
    model, copies = network(), seen_copies()

    def explanation(given, target: torch.Tensor) -> tuple[torch.Tensor]:
        """Of a tuple that holds the images, or of their copies."""
        images = (
            ((given[0] if isinstance(given, tuple) else given) * 255)
            .round()
            .permute(0, 2, 3, 1)
            .numpy()
            .astype(np.uint8)
        )
        with torch.enable_grad():
            return (torch.from_numpy(by_gradient(model, images, target.numpy())),)

    def perturbed(repeated: torch.Tensor) -> torch.Tensor:
        ordered = copies.swapaxes(0, 1).reshape(len(repeated), *IMAGES.shape[1:])
        return torch.from_numpy(ordered).permute(0, 3, 1, 2) / 255

    expected = sensitivity_max(
        explanation, torch.from_numpy(IMAGES).permute(0, 3, 1, 2) / 255, perturbed,
        n_perturb_samples=3, target=torch.from_numpy(TARGETS),
    )  # fmt: skip
    assert (expected > 0.01).all()
    np.testing.assert_allclose(scored(model), expected.numpy(), rtol=1e-5)


def test_it_is_0_for_the_gradient_of_a_linear_model():
    assert (scored(linear()) == 0).all()


def test_intensities_change_by_the_radius_at_most_evenly_and_stay_in_range():
    moved = seen_copies(radius=8 / 255, samples=4) - IMAGES
    assert moved.min() == -8 and moved.max() == 8
    inner = moved[:, (IMAGES > 8) & (IMAGES < 247)]
    counts = np.bincount(inner.ravel() + 8, minlength=17) / inner.size
    np.testing.assert_allclose(counts[1:-1], 1 / 16, atol=0.015)
    np.testing.assert_allclose(counts[[0, -1]], 1 / 32, atol=0.015)
    assert (moved[:, IMAGES == 0] >= 0).all(), "black cannot get darker"


def test_copies_differ_and_more_of_them_never_score_less():
    first, second, third = seen_copies()
    assert (first != second).any() and (second != third).any()
    inner = ((IMAGES > 6) & (IMAGES < 249))[:2].all(0)
    moved = first - IMAGES
    assert (moved[0] != moved[1])[inner].any(), "another image changes in another way"
    few, many = scored(samples=1), scored(samples=5)
    assert (many >= few).all() and (many > few).any()


def test_it_is_relative_to_the_map():
    def tenfold(model, images, targets):
        return 10 * by_gradient(model, images, targets)

    np.testing.assert_allclose(scored(explain=tenfold), scored(), rtol=1e-5)


def test_a_map_of_zeros_has_no_score():
    def nothing(model, images, targets):
        return 0 * by_gradient(model, images, targets)

    assert np.isnan(scored(explain=nothing)).all()


def test_the_score_of_an_image_does_not_depend_on_the_others_but_on_the_seed():
    together = scored()
    for rows in ([2], [3, 0], [1, 3, 2, 0]):
        assert scored(rows=rows).tobytes() == together[rows].tobytes()
    assert (scored(seed=1) != together).all()


@pytest.mark.parametrize("radius", [0.004, 1.0])
def test_the_ends_of_the_range_change_something(radius):
    assert (seen_copies(radius=radius, samples=1) != IMAGES).any()
