"""Models, images and methods of metrics that run a method anew."""

import numpy as np
import torch
from torch import nn

from cnnscope.attribution import saliency, sobel
from cnnscope.networks.classifier import Classifier

SIDE = 14
TARGETS = np.array([2, 0, 1, 1])


def pictures() -> np.ndarray:
    """Four images, a third of each black, no two alike."""
    images = np.random.default_rng(0).integers(1, 256, (4, SIDE, SIDE, 3), dtype=np.uint8)
    for number, image in enumerate(images):
        image[number : number + 5] = 0
    return images


def network() -> Classifier:
    torch.manual_seed(0)
    layers = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 49, 3),
    )  # fmt: skip
    return Classifier(layers, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)).eval()


def linear() -> Classifier:
    torch.manual_seed(1)
    layers = nn.Sequential(nn.Flatten(), nn.Linear(3 * SIDE * SIDE, 3))
    return Classifier(layers, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3)).eval()


def by_gradient(model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    return saliency.explain(model, images, targets, log=str).attribution


def by_edges(model: nn.Module, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """A map that ignores the network and the class."""
    return sobel.explain(model, images, targets, log=str).attribution
