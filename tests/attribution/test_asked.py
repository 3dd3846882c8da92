"""A method is told its options, its seed and the labels, by a job and by a metric alike."""

from types import SimpleNamespace

import numpy as np

from cnnscope.attribution.asked import AskedMethod
from cnnscope.attribution.explanation import Explanation

IMAGES = np.zeros((2, 4, 5, 3), np.uint8)


def test_a_method_that_is_run_anew_has_its_options_its_seed_and_the_labels():
    told = []

    def explain(model, images, targets, *, samples, labels, seed, log):
        told.append((samples, labels.tolist(), seed))
        return Explanation(np.full(images.shape[:3], float(targets[0])))

    method = SimpleNamespace(METHOD=SimpleNamespace(units="logits"), explain=explain)
    asked = AskedMethod("mine", method, "true", {"samples": 3}, 7, {})
    maps = asked.explainer(print)(None, IMAGES, np.array([4, 4]))
    np.testing.assert_array_equal(maps, np.full(IMAGES.shape[:3], 4))
    assert maps.dtype == np.float32
    asked.explainer(print, np.array([1, 0]))(None, IMAGES, np.array([4, 4]))
    assert told == [(3, [4, 4], 7), (3, [1, 0], 7)]


def test_what_is_no_option_is_kept_apart_from_the_options():
    arguments = {"target": "predicted", "order": 2}
    settings = {"method": "saliency", "arguments": arguments, "seed": 5, "model": {}}
    asked = AskedMethod.of(settings)
    assert (asked.name, asked.target, asked.arguments, asked.seed) == (
        "saliency", "predicted", {"order": 2}, 5,
    )  # fmt: skip
    assert asked.facts == {"method": "saliency", "seed": 5, "arguments": arguments}
    labels, logits = np.array([0, 0]), np.array([[0.0, 1], [2, 1]])
    assert asked.targets(labels, logits).tolist() == [1, 0]
