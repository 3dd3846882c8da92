"""`from cnnscope import explain, score`: what a run computes, of arrays in memory."""

import dataclasses
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import cnnscope
from cnnscope import explain, score
from cnnscope.attribution.explanation import answer
from cnnscope.attribution.method import arguments_for
from cnnscope.errors import RefusalError, UserError
from cnnscope.files import load_result
from cnnscope.networks.classifier import Classifier, predict_each
from cnnscope.planning.methods import declared_methods, declared_metrics

METHODS, METRICS = declared_methods(), declared_metrics()
MEAN, STD = (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)
LABELS = np.array([2, 0, 1])
ROOT = Path(__file__).parents[1]


def make_network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 64, 3),
    )  # fmt: skip


def make_images(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (count, 4, 4, 3)).repeat(4, 1).repeat(4, 2)
    return np.clip(coarse + rng.integers(-9, 9, (count, 16, 16, 3)), 0, 255).astype(np.uint8)


IMAGES, BACKGROUND = make_images(3, seed=0), make_images(4, seed=1)


def few(options) -> dict:
    return {"samples": 60} if "samples" in options else {}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_answers_as_in_a_run_to_the_last_bit(name, one_thread):
    """Where it takes a background, with it; the classes explained are the predicted ones."""
    declared, module = METHODS[name], importlib.import_module(f"cnnscope.attribution.{name}")
    defaults = {key: option["default"] for key, option in declared.options.items()}
    options = declared.arguments(defaults) | few(declared.options)
    background = BACKGROUND if declared.takes_background(options) else None
    told = options | ({} if background is None else {"background": background})
    model = Classifier(make_network(), MEAN, STD)
    logits = predict_each(model, IMAGES)
    arguments = arguments_for(module.explain, told, labels=LABELS, seed=5)
    expected = answer(module, model, IMAGES, logits.argmax(1), arguments, str)
    found = explain(
        make_network(), IMAGES, method=name, labels=LABELS, seed=5, background=background,
        mean=MEAN, std=STD, **few(declared.options),
    )  # fmt: skip
    assert found.values.tobytes() == expected.attribution.tobytes()
    assert found.values.dtype == np.float32 and found.units == declared.units
    assert found.targets.tolist() == logits.argmax(1).tolist() and found.seed == 5
    for key, array in expected.details.items():
        assert found.details[key].tobytes() == array.tobytes(), key
    assert (found.residuals is None) == ("residual" not in expected.details)
    if "whole" in expected.details:
        ends = np.stack([expected.details["whole"], expected.details["hidden"]], 1)
        np.testing.assert_array_equal(found.probabilities, ends)
    else:
        assert found.probabilities is None


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_scores_as_in_a_run_to_the_last_bit(name, one_thread):
    declared, module = METRICS[name], importlib.import_module(f"cnnscope.evaluation.{name}")
    network = make_network()
    given = {"labels": LABELS, "seed": 3, "mean": MEAN, "std": STD}
    explanation = explain(network, IMAGES, method="saliency", **given)
    masks = np.zeros((3, 16, 16), bool)
    masks[:, 2:9, 5:14] = True
    options = {key: option["default"] for key, option in declared.options.items()}
    model = Classifier(make_network(), MEAN, STD)

    def anew(model, images, targets):
        method = importlib.import_module("cnnscope.attribution.saliency")
        return answer(method, model, images, targets, {}, str).attribution

    pool = {"examples": BACKGROUND, "example_labels": np.array([0, 1, 2, 2])}
    offered = {"masks": masks, "explain": anew, "labels": LABELS, "seed": 3} | pool
    arguments = arguments_for(module.score, options, **offered)
    expected = module.score(
        model, IMAGES, explanation.targets, explanation.values, **arguments, log=str
    )
    needed = {"masks": masks} if "masks" in declared.needs else {}
    needed |= pool if "examples" in declared.needs else {}
    found = score(network, explanation, metric=name, **needed)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float32 and np.isfinite(found).any()


def test_a_score_runs_the_method_with_its_options_and_its_background(one_thread):
    network, asked = make_network(), {"samples": 12, "background": BACKGROUND}
    one = explain(network, IMAGES, method="expected_gradients", **asked)
    moved = score(network, one, metric="max_sensitivity", samples=1)
    more = dataclasses.replace(one, options=one.options | {"samples": 24})
    other = dataclasses.replace(one, background=BACKGROUND[:1])
    for changed in (more, other):
        assert (moved != score(network, changed, metric="max_sensitivity", samples=1)).any()


def test_one_image_and_those_of_pillow_are_taken_as_they_are(one_thread):
    network = make_network()
    whole = explain(network, IMAGES, method="saliency")
    pictures = [Image.fromarray(image) for image in IMAGES]
    for given, rows in ((IMAGES[1], [1]), (pictures, [0, 1, 2]), (pictures[2], [2])):
        found = explain(network, given, method="saliency")
        np.testing.assert_array_equal(found.values, whole.values[rows])
    grey = nn.Sequential(nn.Flatten(), nn.Linear(20, 2))
    found = explain(grey, Image.fromarray(IMAGES[0, :4, :5, 0]), method="saliency")
    assert found.images.shape == (1, 4, 5, 1)
    np.testing.assert_array_equal(found.images[0, :, :, 0], IMAGES[0, :4, :5, 0])


def test_a_class_is_explained_for_all_images_or_one_for_each(one_thread):
    network = make_network()
    all_alike = explain(network, IMAGES, method="saliency", targets=1)
    each = explain(network, IMAGES, method="saliency", targets=[0, 1, 2])
    assert all_alike.targets.tolist() == [1, 1, 1] and each.targets.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(each.values[1], all_alike.values[1])
    assert (each.values[0] != all_alike.values[0]).any()


def test_the_model_is_left_as_it_was(one_thread):
    network = make_network()
    network[3].eval()
    explanation = explain(network, IMAGES, method="grad_cam", mean=MEAN, std=STD)
    score(network, explanation, steps=4)
    assert [module.training for module in network] == [True] * 3 + [False] + [True] * 3
    assert all(one.requires_grad and one.grad is None for one in network.parameters())


WRONG = [
    ({"method": "gradcam"}, "method: unknown method 'gradcam'; did you mean grad_cam?"),
    ({"layr": "3"}, "grad_cam: unknown option 'layr'; did you mean 'layer'?"),
    ({"method": "lime", "samples": 3}, "lime: samples: 3 is out of range: minimum 10"),
    ({"images": IMAGES / 255}, "images: float64, not uint8"),
    ({"images": IMAGES.transpose(0, 3, 1, 2)}, "images: the shape (3, 3, 16, 16) is none of"),
    ({"images": IMAGES[:0]}, "images: the shape (0, 16, 16, 3) is none of"),
    ({"images": [Image.new("RGB", (4, 4)), Image.new("RGB", (4, 5))]}, "images: they have several"),
    ({"targets": [0, 1]}, "targets: give a class number for all images, or one for each of the 3"),
    ({"targets": 0.5}, "targets: give a class number"),
    ({"targets": 3}, "targets: the model knows classes 0 to 2"),
    ({"targets": -1}, "targets: the model knows classes 0 to 2"),
    ({"mean": MEAN}, "mean, std: give both or neither"),
    ({"method": "shap"}, "background: shap needs images that stand for nothing to see"),
    ({"background": BACKGROUND}, "background: grad_cam takes none with these options"),
    (
        {"method": "shap", "background": BACKGROUND[:, :8]},
        "background: its images are (8, 16, 3), those to explain (16, 16, 3)",
    ),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_a_wrong_argument_is_named_in_one_line(changed, said, one_thread):
    with pytest.raises(UserError) as caught:
        explain(**({"model": make_network(), "images": IMAGES} | changed))
    assert str(caught.value).startswith(said)


def test_what_a_metric_needs_is_asked_for(one_thread):
    network = make_network()
    explanation = explain(network, IMAGES, method="saliency")
    masks = np.ones((3, 16, 16), bool)
    for arguments, said in (
        ({"metric": "deletoin"}, "metric: unknown metric 'deletoin'; did you mean deletion?"),
        ({"step": 4}, "deletion: unknown option 'step'; did you mean 'steps'?"),
        ({"metric": "relevance_mass"}, "masks: relevance_mass needs them, bool"),
        ({"metric": "relevance_mass", "masks": masks[:2]}, "masks: bool (2, 16, 16), where bool"),
        ({"metric": "relevance_mass", "masks": masks * 255}, "masks: int64 (3, 16, 16), where"),
        ({"metric": "focus", "examples": BACKGROUND}, "examples: focus needs images and their"),
    ):
        with pytest.raises(UserError) as caught:
            score(network, explanation, **arguments)
        assert str(caught.value).startswith(said)


def test_a_method_that_refuses_the_model_raises_instead_of_answering(one_thread):
    flat = nn.Sequential(nn.Flatten(), nn.Linear(16 * 16 * 3, 3))
    with pytest.raises(RefusalError):
        explain(flat, IMAGES, method="grad_cam")


def test_what_is_saved_is_what_was_explained_and_the_figure_lies_beside_it(tmp_path, one_thread):
    explanation = explain(make_network(), IMAGES, method="lime", labels=LABELS, samples=20, seed=2)
    explanation.save(tmp_path / "new", names=["a", "b", "c"])
    names = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert names == ["lime.json", "lime.npy", "lime.npz", "lime.png"]
    array, details, facts = load_result(tmp_path / "new/lime.npy")
    np.testing.assert_array_equal(array, explanation.values)
    np.testing.assert_array_equal(details["segments"], explanation.details["segments"])
    assert details["labels"].tolist() == LABELS.tolist()
    assert (facts["units"], facts["seed"], facts["method"]) == (explanation.units, 2, "lime")
    assert facts["arguments"]["samples"] == 20 and facts["arguments"]["kernel_width"] == 0.25
    assert len(facts["superpixels"]) == 3


def test_importing_the_package_imports_no_pytorch_and_an_unknown_name_is_none_of_it():
    code = "import sys, cnnscope; print({'torch', 'numpy', 'matplotlib'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
    assert {"explain", "score", "Explanation"} <= {*dir(cnnscope)}
    with pytest.raises(AttributeError, match="no attribute 'explian'"):
        _ = cnnscope.explian
