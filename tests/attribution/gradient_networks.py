"""Small networks with what gradient methods trip over, each with a plain twin."""

import torch
import torch.nn.functional as F
from shap_models import Calls, lived_in
from torch import nn


def skip(m, x):
    y = m.norm(m.conv(x))
    y += m.mix(m.act(y))
    return m.head(m.act(y))


def skip_of_modules(m, x):
    y = m.norm(m.conv(x))
    # A tensor of its own, because captum guides all that flows into the input of a ReLU, also what
    # comes around it.
    return m.head(m.second(y + m.mix(m.first(1 * y))))


def functional(m, x):
    return m.head(F.max_pool2d(torch.relu(m.mix(F.relu(m.conv(x), inplace=True))), 2))


# Forward passes, and the same with each ReLU as a module of its own that runs once.
FORWARDS = {
    "PReLU behind ReLU": (
        lambda m, x: m.head(m.prelu(m.mix(m.act(m.norm(m.conv(x)))))),
        lambda m, x: m.head(m.prelu(m.mix(m.first(m.norm(m.conv(x)))))),
    ),
    "in place": (
        lambda m, x: m.head(m.in_place(m.mix(m.in_place(m.norm(m.conv(x)))))),
        lambda m, x: m.head(m.second(m.mix(m.first(m.norm(m.conv(x)))))),
    ),
    "skip connection": (skip, skip_of_modules),
    "modules twice": (
        lambda m, x: m.head(m.act(m.mix(m.act(m.mix(m.conv(x)))))),
        lambda m, x: m.head(m.second(m.mix(m.first(m.mix(m.conv(x)))))),
    ),
    "functional calls": (
        functional,
        lambda m, x: m.head(F.max_pool2d(m.second(m.mix(m.first(m.conv(x)))), 2)),
    ),
    "grey": (
        lambda m, x: m.head(m.act(m.conv(x))),
        lambda m, x: m.head(m.first(m.conv(x))),
    ),
    "1,000 classes": (
        lambda m, x: m.head(m.act(m.norm(m.conv(x)))),
        lambda m, x: m.head(m.first(m.norm(m.conv(x)))),
    ),
}


def network(name: str) -> tuple[nn.Module, nn.Module]:
    """A network, for images of 16 x 16, and its plain twin with the same weights."""
    torch.manual_seed(0)
    channels, classes = 1 if name == "grey" else 3, 1000 if name.startswith("1,000") else 4
    parts = {
        "conv": nn.Conv2d(channels, 5, 3, padding=1),
        "norm": nn.BatchNorm2d(5),
        "mix": nn.Conv2d(5, 5, 3, padding=1),
        "prelu": nn.PReLU(5),
        "act": nn.ReLU(),
        "in_place": nn.ReLU(inplace=True),
        "first": nn.ReLU(),
        "second": nn.ReLU(),
        "head": nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(20, classes)),
    }
    forward, twin = FORWARDS[name]
    return lived_in(Calls(forward, **parts), channels=channels), Calls(twin, **parts).eval()
