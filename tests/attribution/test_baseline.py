"""What stands in place of hidden pixels, and which methods and metrics offer it."""

import numpy as np
import pytest
from lime_cases import KNOWN, cnn, images

from cnnscope.attribution import lime
from cnnscope.attribution.background import blurred
from cnnscope.attribution.baseline import KINDS, baselines
from cnnscope.errors import UserError
from cnnscope.planning.methods import declared_methods, declared_metrics
from cnnscope.settings import complete

IMAGE = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
REGIONS = np.arange(8)[None, :] // 3 + 0 * np.arange(6)[:, None]
METHODS = declared_methods()


def baseline(kind: str, image: np.ndarray = IMAGE, seed: int = 1, **given) -> np.ndarray:
    (only,) = baselines(image, kind, seed=seed, **given)
    assert only.shape == image.shape and only.dtype == np.float64
    return only


def test_black_and_blurred():
    assert (baseline("black") == 0).all()
    np.testing.assert_array_equal(baseline("blur"), blurred(IMAGE[None])[0] / 255)


def test_the_mean_is_that_of_the_image_or_of_each_region():
    np.testing.assert_allclose(baseline("mean")[4, 1], IMAGE.mean((0, 1)) / 255, atol=1e-15)
    assert np.ptp(baseline("mean"), axis=(0, 1)).max() == 0
    found = baseline("mean", regions=REGIONS)
    for region in range(3):
        inside = region == REGIONS
        own = IMAGE[inside].mean(0) / 255
        np.testing.assert_allclose(found[inside] - own, 0, atol=1e-15)


def test_noise_follows_from_the_seed_and_the_image():
    noise = baseline("noise")
    assert noise.min() >= 0 and noise.max() <= 1 and 0.2 < noise.std() < 0.4
    assert (noise == baseline("noise")).all()
    assert (noise != baseline("noise", seed=2)).any() and (
        noise != baseline("noise", 255 - IMAGE)
    ).any()


def test_background_images_are_a_baseline_each():
    background = np.stack([IMAGE, 255 - IMAGE])
    found = baselines(IMAGE, "background", seed=0, background=background)
    np.testing.assert_array_equal(found, background / 255)
    with pytest.raises(UserError, match="baseline: there are no background images here"):
        baselines(IMAGE, "background", seed=0)


def test_an_unknown_kind_is_refused():
    with pytest.raises(UserError, match="baseline: 'grey' is none of black, mean, blur, noise"):
        baselines(IMAGE, "grey", seed=0)


@pytest.mark.parametrize("name", METHODS | declared_metrics())
def test_an_option_baseline_offers_known_kinds_and_images_where_background_is_one(name):
    options = (METHODS | declared_metrics())[name].options
    offered = options.get("baseline", {"enum": []})["enum"]
    assert offered == [kind for kind in KINDS if kind in offered]
    if "background" in offered:
        assert options["background"]["type"] == "integer" and options["background"]["default"] == 8
        assert not METHODS[name].needs


def test_background_images_are_drawn_where_they_hide_and_their_number_counts_there_alone():
    method, settings = METHODS["lime"], {"images": ["gallery"], "background": 3, "samples": 9}
    assert method.arguments(settings | {"baseline": "mean"}) == {"baseline": "mean", "samples": 9}
    assert not method.takes_background(settings | {"baseline": "mean"})
    assert method.takes_background({"baseline": "background"})
    assert method.arguments(settings | {"baseline": "background"})["background"] == 3
    assert METHODS["shap"].arguments(settings) == {"background": 3, "samples": 9}


def test_the_probability_of_a_masked_image_is_the_mean_over_the_background_images():
    batch, targets = images(3), np.array([1])
    found = [
        lime.explain(
            cnn(), batch[:1], targets, labels=targets, baseline="background", background=background,
            **KNOWN,
        ).details["weights"]
        for background in (batch[1:], batch[1:2], batch[2:])
    ]  # fmt: skip
    assert np.abs(found[1] - found[2]).max() > 0.01
    np.testing.assert_allclose(found[0], (found[1] + found[2]) / 2, atol=1e-9)


def test_the_former_name_of_the_setting_is_refused_with_the_new_one():
    schema = {"additionalProperties": False, "properties": {"baseline": {"type": "string"}}}
    with pytest.raises(UserError, match="unknown key 'hide'; its name is 'baseline' now"):
        complete({"hide": "mean"}, schema)
