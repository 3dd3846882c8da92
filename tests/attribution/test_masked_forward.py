"""Shared early layers give what the plain forward pass gives, and spare what they promise."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnscope.attribution._masking.local_stages import local_stages, trace
from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.networks.classifier import Classifier
from cnnscope.networks.food_cnn import FoodCNN


class Residual(nn.Module):
    """A stem with an overlapping, padded pool, then a block that adds its input again."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 6, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(6),
            nn.LeakyReLU(0.5, inplace=True),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.block = nn.Conv2d(6, 6, 3, padding=1)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(x + self.block(x))
        return self.head(x.mean((2, 3)))


class Functional(nn.Module):
    """Functions in place of modules, one pool used twice, an unpadded and a grouped layer."""

    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(3, 4, 5)
        self.two = nn.Conv2d(4, 8, (3, 1), stride=(1, 2), padding=(2, 0), groups=2)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.LazyLinear(4)

    def forward(self, x):
        x = 2 * self.pool(F.relu(self.one(x))) - 1
        x = self.pool(F.leaky_relu(self.two(x), 0.2))
        return self.head(torch.flatten(x, 1))


class Branching(nn.Module):
    """Reads its numbers in Python, so it is no graph."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        return x.amax((2, 3)) if x.mean() > 9 else x.mean((2, 3))


def emotions() -> nn.Module:
    layers = [nn.ZeroPad2d(1), nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.LeakyReLU(0.1)]
    layers += [nn.AvgPool2d(2), nn.Dropout(0.25), nn.Conv2d(8, 8, 3, padding="same"), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4))


def plain_stack() -> nn.Module:
    layers = [nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True)]
    layers += [nn.Conv2d(8, 8, 3, padding=1), nn.SiLU(), nn.AvgPool2d(3, 2), nn.Conv2d(8, 8, 1)]
    return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(4))


def random_model(network: nn.Module, size: tuple[int, int]) -> nn.Module:
    """In evaluation mode, with running statistics that are not the initial ones."""
    torch.manual_seed(0)
    model = Classifier(network, [0.5, 0.4, 0.3], [0.25, 0.3, 0.2])
    model.train()
    for _ in range(3):
        model(torch.rand(8, 3, *size))
    return model.eval()


def case(size: tuple[int, int], rows: int, columns: int, versions: int) -> dict:
    """A random image, a grid of superpixels and masks."""
    rng = np.random.default_rng(1)
    row = np.arange(size[0]) * rows // size[0]
    column = np.arange(size[1]) * columns // size[1]
    masks = rng.integers(0, 2, (versions, rows * columns)).astype(bool)
    masks[0] = True
    return {
        "image": rng.random((*size, 3)),
        "hidden": rng.random((*size, 3)) / 4,
        "segments": row[:, None] * columns + column,
        "masks": masks,
    }


def plain(model: nn.Module, image, hidden, segments, masks) -> np.ndarray:
    """The definition: every version as an image through the whole network."""
    shown = masks[:, segments][..., None]
    versions = torch.from_numpy(np.where(shown, image, hidden)).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        return model(versions).numpy()


@pytest.mark.parametrize(
    ("make", "stages"),
    [
        (lambda: FoodCNN(4, width=0.1, size=64), 6),
        (Residual, 3),
        (Functional, 3),
        (emotions, 1),
        (plain_stack, 4),
        (Branching, 0),
    ],
)
@pytest.mark.parametrize("grid", [(2, 3), (7, 6)])
def test_logits_are_those_of_the_plain_forward_pass(make, stages, grid):
    size = (64, 64)
    model, inputs = random_model(make(), size), case(size, *grid, 70)
    messages = []
    forward = MaskedForward(model, size, batch_size=16)
    found = forward.logits(**inputs, log=messages.append)
    assert np.allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)
    assert not messages
    traced = trace(model)
    assert len(local_stages(traced, size) if traced else []) == stages


@pytest.mark.parametrize("make", [Residual, Functional, plain_stack])
def test_maps_of_odd_and_unequal_sides_are_right_at_their_borders(make):
    size = (37, 50)
    model, inputs = random_model(make(), size), case(size, 3, 4, 40)
    found = MaskedForward(model, size).logits(**inputs)
    assert np.allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)


def test_early_layers_compute_a_small_part_of_what_the_plain_pass_does():
    size = (64, 64)
    model, inputs = random_model(FoodCNN(4, width=0.1, size=64), size), case(size, 4, 4, 500)
    computed = [0, 0]

    def counted(number, step):
        def run(windows):
            output = step(windows)
            computed[number] += output.shape[0]
            return output

        return run

    forward = MaskedForward(model, size)
    for number in (0, 1):
        stage = forward._stages[number + 1]
        object.__setattr__(stage, "steps", (*stage.steps, counted(number, nn.Identity())))
    forward.logits(**inputs)
    # 500 versions x 32 x 32 and 16 x 16 places, one superpixel at most places, four at a few.
    assert 0 < computed[0] < 0.01 * 500 * 32 * 32
    assert 0 < computed[1] < 0.02 * 500 * 16 * 16


def test_many_small_superpixels_are_not_shared_where_it_would_cost():
    size = (32, 32)
    model, inputs = random_model(FoodCNN(4, width=0.1, size=32), size), case(size, 32, 32, 20)
    found = MaskedForward(model, size).logits(**inputs)
    assert np.allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)


def test_equal_masks_run_once_and_answer_each():
    size = (32, 32)
    model, inputs = random_model(FoodCNN(4, width=0.1, size=32), size), case(size, 1, 2, 50)
    runs = []

    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, x):
            if not isinstance(x, torch.fx.Proxy):
                runs.append(len(x))
            return self.inner(x) if x.sum() > -1 else x  # no graph: the whole network runs

    found = MaskedForward(Counting(), size).logits(**inputs)
    assert sum(runs) == 1 + 4, "the first is to see how images may lie in memory"
    assert np.allclose(found, plain(model, **inputs), atol=2e-5)


class Lying(nn.Module):
    """Its graph is that of a network with another head."""

    def __init__(self):
        super().__init__()
        self.network = FoodCNN(4, width=0.1, size=32)

    def forward(self, x):
        return self.network(x) * (1 if isinstance(x, torch.fx.Proxy) else 3)


def test_a_network_whose_graph_lies_is_run_plainly_and_said_so():
    size = (32, 32)
    model, inputs = random_model(Lying(), size), case(size, 3, 3, 20)
    messages = []
    found = MaskedForward(model, size).logits(**inputs, log=messages.append)
    assert np.allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)
    assert "not shared" in messages[0]


def test_what_is_not_shared_runs_with_the_channels_of_a_position_side_by_side():
    """Twice as fast, and lost without a sign where the layout is tried on a feature map."""
    size = (32, 32)
    network = FoodCNN(4, width=0.1, size=32)
    model, inputs = random_model(network, size), case(size, 3, 3, 20)
    strides = set()
    last = [layer for layer in network.cnn if isinstance(layer, nn.Conv2d)][-1]
    last.register_forward_pre_hook(lambda _, given: strides.add(given[0].stride(1)))
    MaskedForward(model, size).logits(**inputs)
    assert strides == {1}


def test_a_hook_on_an_early_layer_is_respected():
    size = (32, 32)
    network = FoodCNN(4, width=0.1, size=32)
    model, inputs = random_model(network, size), case(size, 3, 3, 20)
    network.cnn[4].register_forward_hook(
        lambda m, args, out: out - out.mean((1, 2, 3), keepdim=True)
    )
    messages = []
    found = MaskedForward(model, size).logits(**inputs, log=messages.append)
    assert np.allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)
    assert not messages
