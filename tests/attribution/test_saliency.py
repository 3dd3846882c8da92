import numpy as np
import pytest
import torch
from captum.attr import Saliency
from torch import nn

from cnnscope.attribution.saliency import explain
from cnnscope.attribution.targets import choose_targets
from cnnscope.errors import UserError
from cnnscope.networks.classifier import Classifier, to_tensor

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), np.uint8)
TARGETS = np.array([0, 1, 2, 1, 2])


def model() -> Classifier:
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.PReLU(), nn.Flatten(), nn.Linear(144, 3)
    )
    return Classifier(network, [0.5, 0.4, 0.3], [0.2, 0.3, 0.4]).eval()


def test_equals_captum():
    classifier = model()
    reference = Saliency(classifier).attribute(
        to_tensor(IMAGES, torch.device("cpu")).requires_grad_(), torch.from_numpy(TARGETS)
    )
    ours = explain(classifier, IMAGES, TARGETS)
    assert np.allclose(ours.attribution, reference.amax(1).detach().numpy(), atol=1e-7)


def test_a_linear_model_gives_its_weights():
    weights = torch.tensor([[[0.5, -2.0], [0.0, 1.0]], [[0.0, 1.0], [-3.0, 0.0]]])  # 2 channels
    network = nn.Sequential(nn.Flatten(), nn.Linear(8, 1, bias=False))
    network[1].weight.data = weights.reshape(1, 8)
    image = np.zeros((1, 2, 2, 2), np.uint8)
    ours = explain(Classifier(network, [0, 0], [1, 1]), image, np.array([0]))
    assert ours.attribution[0].tolist() == [[0.5, 2.0], [3.0, 1.0]]
    assert ours.details["gradient"][0].tolist() == weights.tolist()


def test_a_batch_norm_left_in_training_mode_changes_nothing():
    classifier = model()
    expected = explain(classifier, IMAGES, TARGETS).attribution
    classifier.train()
    assert np.array_equal(explain(classifier, IMAGES, TARGETS).attribution, expected)


def test_a_flat_score_is_reported_not_hidden():
    dead = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(192, 3)), [0] * 3, [1] * 3)
    nn.init.zeros_(dead.network[1].weight)
    said: list[str] = []
    assert not explain(dead, IMAGES, TARGETS, log=said.append).attribution.any()
    assert "no gradient at all" in said[0]


def test_targets_are_the_true_the_predicted_or_one_class():
    labels, logits = np.array([2, 0]), np.array([[0, 3, 1], [1, 0, 0]])
    assert choose_targets("saliency", "true", labels, logits).tolist() == [2, 0]
    assert choose_targets("saliency", "predicted", labels, logits).tolist() == [1, 0]
    assert choose_targets("saliency", "second", labels, logits).tolist() == [2, 1]
    assert choose_targets("saliency", 2, labels, logits).tolist() == [2, 2]
    with pytest.raises(UserError, match="true, but 1 of the images have no label"):
        choose_targets("saliency", "true", np.array([2, -1]), logits)
