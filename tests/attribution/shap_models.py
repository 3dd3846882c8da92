"""Small models and calls that the tests of Deep SHAP share."""

import numpy as np
import torch
from torch import nn

from cnnscope.attribution.shap import explain
from cnnscope.networks.food_cnn import FoodCNN


def pictures(count, size=16, channels=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, size, size, channels), dtype=np.uint8)


def lived_in(model, size=16, channels=3):
    """Norms with statistics of their own, and logits that move far more than they are rounded."""
    model.train()
    with torch.no_grad():
        for _ in range(3):
            model(torch.rand(8, channels, size, size))
        for parameter in model.parameters():
            parameter *= 1.5
    return model.eval()


def settled(model, size):
    """Batch norms with the statistics of two batches, so that all layers have values near 1."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
    model.train()
    with torch.no_grad():
        for _ in range(2):
            model(torch.rand(8, 3, size, size))
    return model.eval()


def small_food(classes=4):
    return lived_in(FoodCNN(classes, width=0.05, size=32), 32)


def run(model, images, background, **kwargs):
    said = []
    targets = np.arange(len(images)) % 2
    kwargs = {"log": said.append} | kwargs
    return explain(model, images, targets, background=background, **kwargs), said


def head(channels=4, classes=3):
    return nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * channels, classes))


class Calls(nn.Module):
    """A model whose forward pass is given as a function of its parts."""

    def __init__(self, forward, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self.run = forward

    def forward(self, x):
        return self.run(self, x)


def on_map(function):
    """A convolution, `function` on its map, a linear layer."""
    parts = {"conv": nn.Conv2d(3, 4, 3, padding=1), "norm": nn.BatchNorm2d(4), "head": head()}
    return lived_in(Calls(lambda m, x: m.head(function(m, m.conv(x))), act=nn.ReLU(), **parts))


def residual_block(m, x):
    y = m.norm(x)
    y += m.act(x)
    return m.act(y)
