"""Expected gradients: unbiased, reproducible, and independent of other images."""

import captum.attr
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from shap_models import Calls, on_map, pictures, run
from torch import nn

from cnnscope.attribution._shap import expected_gradients
from cnnscope.attribution._shap.expected_gradients import places_on_the_way, samples_of_each
from cnnscope.attribution.shap import summarise
from cnnscope.errors import UserError


@pytest.fixture(autouse=True)
def seeded(one_thread):
    torch.manual_seed(0)


def normed():
    """A network with a layer norm and a softmax, for which there is no exact rule."""
    return on_map(lambda m, x: F.layer_norm(m.act(x), x.shape[1:]) + x.softmax(1))


def test_a_linear_network_is_explained_exactly_with_two_gradients_a_background_image():
    model = nn.Sequential(nn.Flatten(), nn.Linear(48, 3))
    images, background = pictures(2, 4), pictures(5, 4, seed=1)
    exact, _ = run(model, images, background, engine="cnnscope")
    sampled, _ = run(model, images, background, engine="expected_gradients", samples=1)
    assert sampled.facts["engine"] == "expected_gradients" and sampled.facts["samples"] == 10
    np.testing.assert_allclose(sampled.details["values"], exact.details["values"], atol=1e-6)
    assert sampled.details["residual"].max() < 1e-6
    assert sampled.details["residual_error"].max() < 1e-6


def test_a_square_is_explained_by_the_sum_of_both_values():
    """x^2 - r^2 = (x - r) (x + r): its gradient 2 x is linear on the way, so nothing is missed."""
    model = Calls(lambda m, x: (x**2).flatten(1), unused=nn.Linear(1, 1))
    image, background = pictures(1, 2, 1), pictures(3, 2, 1, seed=1)
    result, _ = run(model, image, background, engine="expected_gradients", samples=1)
    x, r = image / 255.0, background / 255.0
    expected = ((x - r) * (x + r)).mean(0).reshape(4)
    by_pixel = result.details["values"][0].reshape(4, 4)
    np.testing.assert_allclose(by_pixel, np.diag(expected), atol=1e-6)


def test_values_equal_integrated_gradients_of_captum_averaged_over_the_background():
    images, background, model = pictures(1), pictures(3, seed=1), normed()
    result, _ = run(model, images, background, engine="expected_gradients", samples=600)
    x, r = (torch.from_numpy(a).permute(0, 3, 1, 2) / 255 for a in (images, background))
    integrated = captum.attr.IntegratedGradients(model)
    for target in range(3):
        ways = [integrated.attribute(x, one[None], target, n_steps=200) for one in r]
        expected = torch.cat(ways).mean(0).detach().numpy()
        values = result.details["values"][0, target]
        np.testing.assert_allclose(values, expected, atol=0.01 * abs(expected).max())


def test_auto_takes_expected_gradients_where_a_rule_is_missing_and_says_why():
    result, said = run(normed(), pictures(1), pictures(4, seed=1), samples=64)
    assert result.facts["engine"] == "expected_gradients"
    assert "no rule for" in said[0] and "expected gradients explain this model" in said[0]
    assert "up to" in said[1] and len(said) == 2
    assert summarise(result.details)["largest_residual"] < 0.05


def test_the_standard_error_is_that_of_answers_with_other_seeds(monkeypatch):
    monkeypatch.setattr(expected_gradients, "_DOUBLINGS", 0)
    images, background, model = pictures(1), pictures(8, seed=1), normed()
    changes, told = [], []
    for seed in range(40):
        arguments = {"engine": "expected_gradients", "samples": 16, "seed": seed}
        details = run(model, images, background, **arguments)[0].details
        changes.append(details["residual"][0])
        told.append(details["residual_error"][0])
    measured = np.sqrt(np.square(changes).mean(0))
    np.testing.assert_allclose(np.mean(told, 0), measured, rtol=0.4)


@pytest.mark.parametrize("batch_size", [32, 5])
def test_the_answer_does_not_depend_on_other_images_in_its_last_bit(batch_size):
    model, images, background = normed(), pictures(3), pictures(3, seed=1)
    kwargs = {"samples": 12, "seed": 7, "batch_size": batch_size}
    together = run(model, images, background, **kwargs)[0].details
    for rows in ([1], [2, 0], [2, 1, 0]):
        some = run(model, images[rows], background, **kwargs)[0].details
        for name in ("values", "logits", "residual", "residual_error"):
            np.testing.assert_array_equal(some[name], together[name][rows])


def test_an_image_that_misses_too_much_gets_more_gradients_and_no_other():
    """Between black and an image that is half white lies one step: every place counts."""
    model = Calls(lambda m, x: 50 * torch.sigmoid(40 * x.mean((2, 3)) - 12), unused=nn.Linear(1, 1))
    images = np.zeros((2, 4, 4, 3), np.uint8)
    images[0], images[1] = 20, 250
    black = np.zeros((1, 4, 4, 3), np.uint8)
    few, _ = run(model, images, black, engine="expected_gradients", samples=2)
    assert few.details["samples"].tolist()[1] > 2
    again, _ = run(model, images[1:], black, engine="expected_gradients", samples=2)
    np.testing.assert_array_equal(again.details["values"][0], few.details["values"][1])
    many, _ = run(model, images, black, engine="expected_gradients", samples=64)
    assert many.details["samples"].tolist() == [64, 64]
    assert many.details["residual"].max() < 0.1


def test_places_follow_from_the_seed_and_the_image():
    model, images, background = normed(), pictures(2), pictures(3, seed=1)
    first, again, other = (
        run(model, images, background, samples=6, seed=seed)[0].attribution for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    images[1] = images[0] // 2
    changed = run(model, images, background, samples=6, seed=1)[0].attribution
    np.testing.assert_array_equal(changed[0], first[0])


def test_places_lie_in_pairs_about_the_middle_of_each_part_of_each_way():
    places = places_on_the_way(np.random.default_rng(0), 3, 8)
    first, second = places[:, :4], places[:, 4:]
    np.testing.assert_array_equal(np.floor(first * 4), [[0, 1, 2, 3]] * 3)
    np.testing.assert_allclose(first + second, [[0.25, 0.75, 1.25, 1.75]] * 3, atol=1e-6)
    assert len(np.unique(places)) == places.size


@pytest.mark.parametrize(
    ("samples", "ways", "expected"), [(1, 32, 2), (256, 32, 8), (257, 32, 10), (7, 1, 8)]
)
def test_each_way_has_an_even_number_of_gradients(samples, ways, expected):
    assert samples_of_each(samples, ways) == expected


def test_steps_that_have_no_gradient_are_named_and_not_drawn():
    result, said = run(
        on_map(lambda m, x: m.act(x) + 9 * x.round()),
        pictures(2), pictures(3, seed=1), engine="expected_gradients", samples=6,
    )  # fmt: skip
    assert result.details["residual"].min() > 0.1
    assert "2 of 2 images" in said[-1] and "raise shap.samples" in said[-1]


@pytest.mark.parametrize("engine", ["cnnscope", "expected_gradients"])
def test_a_network_that_always_gives_zeros_misses_nothing(engine):
    model = on_map(lambda m, x: m.act(x))
    nn.init.zeros_(model.head[2].weight)
    nn.init.zeros_(model.head[2].bias)
    result, said = run(model, pictures(1), pictures(2, seed=1), engine=engine)
    assert (result.details["values"] == 0).all() and (result.details["residual"] == 0).all()
    assert not any("not drawn" in line for line in said)


def test_a_network_without_gradients_is_a_user_error():
    model = on_map(lambda m, x: x.detach())
    with pytest.raises(UserError, match="expected gradients fail on this model"):
        run(model, pictures(1), pictures(2, seed=1))
