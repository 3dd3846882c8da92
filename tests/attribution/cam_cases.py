"""Networks and calls that the tests of class activation maps share."""

import numpy as np
import pytest
import torch
from shap_models import lived_in, pictures
from torch import nn

from cnnscope.attribution import grad_cam, grad_cam_plus_plus, hires_cam, layer_cam, score_cam
from cnnscope.networks.classifier import Classifier

METHODS = (grad_cam, grad_cam_plus_plus, layer_cam, hires_cam, score_cam)
IMAGES = pictures(5, 15)
TARGETS = np.array([2, 0, 1, 1, 2])
CPU = torch.device("cpu")


def explain(method, network, layer=None, images=IMAGES, targets=TARGETS, log=None):
    def refuse(line):
        pytest.fail(line)

    model = network if isinstance(network, Classifier) else Classifier(network, [0] * 3, [1] * 3)
    return method.explain(model, images, targets, layer=layer, log=log or refuse)


def network():
    """Of 15 x 15 makes maps of 5 x 5, three times smaller: their extremes stay when enlarged."""
    return lived_in(nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.PReLU(), nn.MaxPool2d(3),
        nn.Conv2d(6, 7, 3, padding=1), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(175, 3),
    ), 15)  # fmt: skip


def pooled_head():
    layers = nn.Conv2d(3, 4, 3, 2), nn.PReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    return nn.Sequential(*layers, nn.Linear(4, 3))


def gradient_of(head, activations):
    """Of the target logits, with respect to the input of a head."""
    inputs = activations.clone().requires_grad_()
    logits = head(inputs).gather(1, torch.from_numpy(TARGETS)[:, None])
    return torch.autograd.grad(logits.sum(), inputs)[0]


def by_definition(run, activations):
    """Grad-CAM of a layer that `run` follows."""
    gradient = gradient_of(run, activations)
    return (gradient.mean((2, 3), keepdim=True) * activations).sum(1).relu().detach()
