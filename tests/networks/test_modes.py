"""A model that comes in training mode is explained as in evaluation mode, and learns nothing."""

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.attribution import lime, saliency, shap
from cnnscope.inspection import (
    activations,
    class_pictures,
    deep_dream,
    filters,
    responses,
    top_images,
)
from cnnscope.networks.classifier import Classifier, predict

pytestmark = pytest.mark.usefixtures("one_thread")

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
TARGETS = np.array([1, 0, 2])
LIME = {"segmentation": {"method": "slic", "n_segments": 9}, "seed": 0, "samples": 40}
FILTERS = {"layer": "4", "filters": [1, 0], "seed": 0, "steps": 3}
METHODS = {
    "prediction": lambda model: predict(model, IMAGES),
    "saliency": lambda model: saliency.explain(model, IMAGES, TARGETS).attribution,
    "LIME": lambda model: lime.explain(model, IMAGES, TARGETS, labels=TARGETS, **LIME).attribution,
    "SHAP": lambda model: shap.explain(
        model, IMAGES, TARGETS, background=IMAGES[:, ::-1]
    ).attribution,
    "activations": lambda model: activations.explain(model, IMAGES, layers=["4"])["4"].maps,
    "filters": lambda model: filters.explain(model, IMAGES, **FILTERS)[0],
    "filters from images": lambda model: filters.explain(
        model, IMAGES, start="image", **FILTERS
    )[0],
    "class pictures": lambda model: class_pictures.explain(
        model, classes=[2, 0], seed=0, size=(16, 16), channels=3, steps=3
    )[0],
    "deep dream": lambda model: deep_dream.explain(
        model, IMAGES, layer="4", seed=0, octaves=1, steps=3
    )[0],
    "maps of filters": lambda model: responses.activation_maps(model, "4", [1, 0], IMAGES),
    "strongest images": lambda model: top_images.explain(
        model, IMAGES, layer="4", filters=[1, 0], count=2
    )[0],
}  # fmt: skip


def moody() -> Classifier:
    """A network that answers otherwise while it is trained: its norm and its dropout do."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5),
        nn.Conv2d(4, 5, 3), nn.BatchNorm2d(5), nn.Flatten(), nn.Linear(5 * 196, 3),
    )  # fmt: skip
    model = Classifier(network, [0.5] * 3, [0.25] * 3)
    with torch.no_grad():
        model(torch.rand(8, 3, 16, 16))
    return model.eval()


@pytest.mark.parametrize("method", METHODS)
def test_a_model_in_training_mode_gives_the_answer_of_evaluation_mode(method):
    answer, model = METHODS[method], moody()
    expected = answer(model)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    np.testing.assert_array_equal(answer(model), expected)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(module.training for module in model.modules())
