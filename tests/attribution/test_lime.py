"""LIME against its library, by hand, and on features that were planted."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from lime.lime_image import LimeImageExplainer
from lime_cases import KNOWN, Planted, cnn, images
from torch import nn

from cnnscope.attribution import lime
from cnnscope.attribution._lime.ridge import fit
from cnnscope.seeds import stream


def library(model: nn.Module, image: np.ndarray, segments: np.ndarray, masks: np.ndarray, **given):
    """What `lime` says with our segments and our masks, on the image as floats."""

    def classify(batch):
        with torch.no_grad():
            return model(torch.from_numpy(batch).permute(0, 3, 1, 2).float()).double().softmax(1)

    explainer = LimeImageExplainer(kernel_width=given.pop("kernel_width", 0.25))
    explainer.random_state = SimpleNamespace(
        randint=lambda low, high, size=None: 0 if size is None else masks.astype(int).reshape(-1)
    )
    explanations, solve = {}, explainer.base.explain_instance_with_data

    def recorded(data, probabilities, distances, label, *args, **options):
        # The library keeps the R2 of the last label only.
        solved = solve(data, probabilities, distances, label, *args, **options)
        weights = np.array([weight for _, weight in sorted(solved[1])])
        explanations[label] = weights, solved[0], solved[2]
        return solved

    explainer.base.explain_instance_with_data = recorded
    explainer.explain_instance(
        image / 255.0, classify, labels=(0, 1, 2), top_labels=None, num_samples=len(masks),
        segmentation_fn=lambda _: segments, **given,
    )  # fmt: skip
    return explanations


@pytest.mark.parametrize(
    ("baseline", "hide_color", "kernel_width"), [("mean", None, 0.25), ("black", 0, 0.6)]
)
def test_weights_intercept_and_r2_are_the_library_s(baseline, hide_color, kernel_width):
    model, batch = cnn(), images(2)
    ours = lime.explain(
        model, batch, np.array([0, 2]), labels=np.array([1, 1]), baseline=baseline,
        kernel_width=kernel_width, **KNOWN,
    )  # fmt: skip
    assert np.nanmax(np.abs(ours.details["weights"])) > 0.01
    for i, image in enumerate(batch):
        segments = ours.details["segments"][i]
        count = segments.max() + 1
        masks = stream(5, "lime", image).integers(0, 2, (80, count))
        masks[0] = 1
        theirs = library(
            model, image, segments, masks, hide_color=hide_color, kernel_width=kernel_width
        )
        for column, class_ in enumerate(ours.details["explained"][i]):
            if class_ < 0:
                continue
            weights, intercept, r2 = theirs[class_]
            assert np.abs(ours.details["weights"][i, column, :count] - weights).max() < 1e-5
            assert abs(ours.details["intercept"][i, column] - intercept) < 1e-5
            assert abs(ours.details["r2"][i, column] - r2) < 1e-4
        target = theirs[[0, 2][i]][0]
        assert np.abs(ours.attribution[i] - target[segments]).max() < 1e-5


def test_fit_by_hand():
    # Without kernel (a very wide one) and with every mask once, each feature is independent:
    # centred, it is +-1/2, so of 4 masks its square sums to 1 and the penalty 1 halves its weight.
    masks = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], bool)
    probability = 0.1 + masks @ np.array([[0.4, 0.0], [0.2, 0.0]])
    weights, intercept, r2 = fit(masks, probability, kernel_width=1e6)
    assert np.allclose(weights, [[0.2, 0.1], [0, 0]])
    # The mean of the probability is 0.4; half of it is explained by the weights' mean, 0.15.
    assert np.allclose(intercept, [0.25, 0.1])
    # Half of every deviation is left: a quarter of the variance. The constant is fitted whole.
    assert np.allclose(r2, [0.75, 1.0])


def test_the_kernel_weighs_masks_by_cosine_distance():
    # One superpixel of two is shown: distance 1 - sqrt(1/2); none: 1.
    masks = np.array([[1, 1], [1, 0], [0, 0]], bool)
    probability = np.array([[0.9], [0.2], [0.5]])
    distance = np.array([0, 1 - np.sqrt(0.5), 1])
    kernel = np.exp(-(distance**2) / 0.25**2 / 2)
    on = np.column_stack([np.ones(3), masks])
    normal = on.T @ (kernel[:, None] * on) + np.diag([0, 1, 1])
    solution = np.linalg.solve(normal, on.T @ (kernel[:, None] * probability))[:, 0]
    weights, intercept, _ = fit(masks, probability, kernel_width=0.25)
    assert np.allclose([intercept[0], *weights[0]], solution)


def segments_of(image: np.ndarray) -> np.ndarray:
    blank = Planted(np.ones(image.shape[:2]))
    return lime.explain(
        blank, image[None], np.array([1]), labels=np.array([-1]), **KNOWN
    ).details["segments"][0]  # fmt: skip


@pytest.mark.parametrize("which", [0, 4, -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_superpixel_that_matters_gets_the_weight(which, sign):
    image = images(1)[0]
    segments = segments_of(image)
    wanted = which % (segments.max() + 1)
    model = Planted(segments == wanted, sign)
    found = lime.explain(
        model, image[None], np.array([1]), labels=np.array([1]),
        **(KNOWN | {"baseline": "black", "samples": 300}),
    )  # fmt: skip
    weights = found.details["weights"][0, 0]
    brightness = image[segments == wanted].mean() / 255
    assert np.argmax(np.abs(weights)) == wanted
    # Hiding it takes 0.4 times its brightness; the penalty leaves most of that.
    assert 0.8 < weights[wanted] / (sign * 0.4 * brightness) <= 1
    assert np.abs(np.delete(weights, wanted)).max() < 0.1 * abs(weights[wanted])
    assert found.details["r2"][0, 0] > 0.95
    assert np.array_equal(found.attribution[0], weights.astype(np.float32)[segments])


def test_true_and_predicted_class_of_a_misclassified_image_have_weights():
    batch = images(2)
    predicted = cnn()(torch.from_numpy(batch).permute(0, 3, 1, 2) / 255).argmax(1).numpy()
    labels = np.array([predicted[0], (predicted[1] + 1) % 3])
    found = lime.explain(cnn(), batch, labels, labels=labels, **KNOWN).details
    assert np.array_equal(found["explained"], np.stack([labels, predicted], 1))
    assert np.array_equal(found["weights"][0, 0], found["weights"][0, 1], equal_nan=True)
    assert not np.allclose(found["weights"][1, 0], found["weights"][1, 1], equal_nan=True)
    assert np.isfinite(found["r2"]).all()
    assert np.array_equal(found["logits"].argmax(1), predicted)


def test_an_unknown_label_has_no_weights_and_the_prediction_has():
    model, batch = cnn(), images(1)
    predicted = int(model(torch.from_numpy(batch).permute(0, 3, 1, 2) / 255).argmax())
    found = lime.explain(model, batch, np.array([predicted]), labels=np.array([-1]), **KNOWN)
    assert found.details["explained"].tolist() == [[-1, predicted]]
    assert np.isnan(found.details["weights"][0, 0]).all()
    assert np.isnan(found.details["r2"][0, 0]) and np.isnan(found.details["intercept"][0, 0])
    assert np.isfinite(found.details["weights"][0, 1]).any()
    assert np.isfinite(lime.summarise(found.details)["mean_r2"])


def test_a_target_that_is_neither_is_explained_in_a_column_of_its_own():
    model, batch = cnn(4), images(2)
    predicted = model(torch.from_numpy(batch).permute(0, 3, 1, 2) / 255).argmax(1).numpy()
    targets = np.array([(predicted[0] + 1) % 4, predicted[1]])
    labels = np.array([(predicted[0] + 2) % 4, predicted[1]])
    found = lime.explain(model, batch, targets, labels=labels, **KNOWN)
    assert found.details["explained"][:, 2].tolist() == [targets[0], -1]
    count = found.details["segments"][0].max() + 1
    mine = found.details["weights"][0, 2, :count]
    assert np.allclose(found.attribution[0], mine[found.details["segments"][0]])
    assert np.isnan(found.details["weights"][1, 2]).all()
