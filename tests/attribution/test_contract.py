"""What holds for every attribution method, by its declaration alone."""

import importlib
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.attribution.method import arguments_for
from cnnscope.networks.classifier import Classifier
from cnnscope.planning.methods import declared_methods

METHODS = declared_methods()
LABELS = np.array([2, 0, 1, 2, 0])
TARGETS = np.array([1, 0, 2, 2, 1])


class FaultError(Exception):
    """What goes wrong inside a network."""


def make_model() -> Classifier:
    """In training mode, where its batch normalisation would make an image notice the others."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, padding=1), nn.PReLU(), nn.Flatten(), nn.Linear(8 * 64, 3),
    )  # fmt: skip
    network[1].running_mean.uniform_(-0.2, 0.2)
    return Classifier(network, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3))


def make_images(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (count, 4, 4, 3)).repeat(4, 1).repeat(4, 2)
    return np.clip(coarse + rng.integers(-9, 9, (count, 16, 16, 3)), 0, 255).astype(np.uint8)


def explained(name: str, model: nn.Module, rows: list[int]):
    """The method with its default options, few samples apart, for some of five images."""
    explain = importlib.import_module(f"cnnscope.attribution.{name}").explain
    options = {key: option["default"] for key, option in METHODS[name].options.items()}
    options = METHODS[name].arguments(options)
    options |= {"samples": 60} if "samples" in options else {}
    if METHODS[name].takes_background(options):
        options["background"] = make_images(4, seed=1)
    arguments = arguments_for(explain, options, labels=LABELS[rows], seed=3)
    return explain(model, make_images(5, seed=0)[rows], TARGETS[rows], **arguments, log=str)


def state(model: nn.Module) -> dict:
    """All that a method must give back as it was."""
    modules = dict(model.named_modules())
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {
        "tensors": {name: one.numpy().tobytes() for name, one in model.state_dict().items()},
        "modes": {name: module.training for name, module in modules.items()},
        "hooks": {name: [len(getattr(m, kind)) for kind in kinds] for name, m in modules.items()},
        "attributes": {name: sorted(vars(module)) for name, module in modules.items()},
        "needed": [parameter.requires_grad for parameter in model.parameters()],
        "gradients": [parameter.grad is None for parameter in model.parameters()],
    }


@pytest.mark.parametrize("name", METHODS)
def test_a_map_an_image_in_the_declared_units_and_no_gradient_left(name):
    model = make_model()
    before = state(model)
    result = explained(name, model, [0, 1, 2, 3, 4])
    maps = result.attribution
    assert isinstance(maps, np.ndarray) and maps.shape == (5, 16, 16) and np.isfinite(maps).all()
    assert result.facts["units"] == METHODS[name].units
    assert (maps < 0).any() == METHODS[name].signed
    if not METHODS[name].control:
        assert len({array.tobytes() for array in maps}) == 5, "five images, five maps"
    assert state(model) == before


@pytest.mark.parametrize("name", METHODS)
def test_the_answer_for_an_image_does_not_depend_on_the_others(name):
    """Not in its last bit: images are explained in shards of any size."""
    model = make_model()
    together = explained(name, model, [0, 1, 2, 3, 4])
    for rows in ([3], [4, 3, 0], [1, 0], [4, 3, 2, 1, 0]):
        some = explained(name, model, rows)
        assert some.attribution.tobytes() == together.attribution[rows].tobytes()
        for detail, values in some.details.items():
            assert len(values) == len(rows), f"{detail} has a row an image, or it is shared"
        for shared, values in some.shared.items():
            assert values.tobytes() == together.shared[shared].tobytes()


class Viewing(nn.Module):
    """As PyTorch's first tutorial flattens its feature maps, which must be contiguous for it."""

    def __init__(self, layers: nn.Sequential) -> None:
        super().__init__()
        self.layers, self.last = layers[:6], layers[7]

    def forward(self, images):
        maps = self.layers(images)
        return self.last(maps.view(-1, self.last.in_features))


@pytest.mark.parametrize("name", METHODS)
def test_a_network_that_views_its_feature_maps_has_the_maps_of_one_that_flattens_them(name):
    flattens, views = make_model(), make_model()
    views.network = Viewing(views.network)
    expected, found = (explained(name, model, [0, 1]).attribution for model in (flattens, views))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", METHODS)
def test_the_network_is_as_it_was_after_an_error(name):
    model = make_model()

    def fail(*_):
        raise FaultError

    model.network[7].register_forward_pre_hook(fail)
    before = state(model)
    # A control does not run the network.
    with nullcontext() if METHODS[name].control else pytest.raises(FaultError):
        explained(name, model, [0, 1])
    assert state(model) == before
