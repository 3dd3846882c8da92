"""Networks whose layers become random from the top on."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.evaluation._cascade import cascade
from cnnscope.networks.classifier import Classifier

SHAPE = (8, 8, 3)


class Backwards(nn.Module):
    """Its modules are listed in another order than they run; one never runs, one runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(4, 3)
        self.unused = nn.Linear(2, 2)
        self.twice = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.stem = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.twice(self.twice(self.norm(self.stem(images)).relu()))
        return self.head(maps.mean((2, 3)))


def trained(network: nn.Module) -> Classifier:
    """Weights that no initialisation gives, running statistics among them."""
    torch.manual_seed(0)
    for parameter in network.parameters():
        nn.init.normal_(parameter, 0.3, 2)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and module.running_mean is not None:
            module.running_mean.uniform_(1, 2)
            module.running_var.uniform_(3, 4)
    return Classifier(network, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3))


def tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: one.clone() for name, one in model.network.state_dict().items()}


def changed(model: nn.Module, stages: int, seed: int = 0) -> dict[str, set[str]]:
    """The modules whose tensors differ from the model's, at each stage."""
    before = tensors(model)
    return {
        name: {
            key.rpartition(".")[0]
            for key, value in tensors(random).items()
            if not torch.equal(value, before[key])
        }
        for name, random in cascade(model, SHAPE, stages, seed)
    }


def test_layers_become_random_in_the_order_in_which_they_run_and_one_that_runs_twice_by_the_first():
    assert changed(trained(Backwards()), 9) == {
        "head": {"head"},
        "twice": {"head", "twice"},
        "norm": {"head", "twice", "norm"},
        "stem": {"head", "twice", "norm", "stem"},
        # What never runs goes with what is around it: here the network itself.
        "Backwards": {"head", "twice", "norm", "stem", "unused"},
    }


def test_stages_are_spread_evenly_over_the_layers_and_the_last_has_all():
    assert [*changed(trained(Backwards()), 2)] == ["twice", "Backwards"]
    assert [*changed(trained(Backwards()), 1)] == ["Backwards"]
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(192, 5), *(nn.Linear(5, 5) for _ in range(9)), nn.Linear(5, 3)
    )
    assert [*changed(trained(network), 4)] == ["9", "6", "4", "1"]


def test_a_layer_begins_anew():
    *_, (_, random) = cascade(trained(Backwards()), SHAPE, 3, 0)
    norm = random.network.norm
    assert (norm.weight == 1).all() and (norm.bias == 0).all()
    bound = (1 / 4) ** 0.5
    assert random.network.head.weight.abs().max() <= bound, "as PyTorch draws a linear layer"
    assert not random.training
    fresh = Classifier(Backwards(), (0.4, 0.5, 0.6), (0.2, 0.25, 0.3))
    *_, (_, random) = cascade(fresh, SHAPE, 3, 0)
    assert (random.network.norm.weight == 1).all(), "which it was before"


def test_batch_norms_take_the_statistics_of_noise_once_they_are_random():
    model = trained(Backwards())
    before = tensors(model)
    for name, random in cascade(model, SHAPE, 5, 0):
        norm, momentum = random.network.norm, model.network.norm.momentum
        assert norm.momentum == momentum and not norm.training
        if name in ("head", "twice"):
            assert torch.equal(norm.running_mean, before["norm.running_mean"])
            continue
        coarse = torch.rand(64, 3, 4, 4, generator=torch.Generator().manual_seed(9))
        images = nn.functional.interpolate(coarse, (8, 8), mode="bilinear")
        with torch.no_grad():
            means = images - torch.tensor([0.4, 0.5, 0.6]).view(3, 1, 1)
            seen = random.network.stem(means / torch.tensor([0.2, 0.25, 0.3]).view(3, 1, 1))
        spread = seen.var((0, 2, 3)).sqrt()
        assert ((norm.running_mean - seen.mean((0, 2, 3))).abs() < 0.4 * spread).all()
        np.testing.assert_allclose(norm.running_var.sqrt(), spread, rtol=0.4)


def test_the_answer_of_a_deep_random_network_still_depends_on_the_image():
    blocks = [[nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU()] for _ in range(25)]
    layers = [layer for block in blocks for layer in block]
    network = nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(4, 3),
    )  # fmt: skip
    *_, (_, random) = cascade(trained(network), SHAPE, 2, 0)
    torch.manual_seed(1)
    coarse = nn.functional.interpolate(torch.rand(4, 3, 2, 2), (8, 8))
    with torch.no_grad():
        logits = random(coarse)
    assert logits.std(0).max() > 0.01


def test_the_model_stays_as_it_was_and_so_do_the_random_numbers_of_others():
    model = trained(Backwards()).train()
    before, modes = tensors(model), [module.training for module in model.modules()]
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    for _ in cascade(model, SHAPE, 3, 0):
        pass
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(value, before[key]) for key, value in tensors(model).items())
    assert [module.training for module in model.modules()] == modes
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_the_weights_of_a_layer_follow_from_the_seed_and_its_name_alone():
    def head(stages: int, seed: int) -> torch.Tensor:
        *_, (_, random) = cascade(trained(Backwards()), SHAPE, stages, seed)
        return random.network.head.weight.detach().clone()

    assert torch.equal(head(1, 3), head(5, 3))
    assert not torch.equal(head(1, 3), head(1, 4))
    alike = nn.Sequential(nn.Flatten(), nn.Linear(192, 192), nn.Linear(192, 192))
    *_, (_, random) = cascade(trained(alike), SHAPE, 2, 0)
    assert not torch.equal(random.network[1].weight, random.network[2].weight)


class Attention(nn.Module):
    """A class token of its own, and attention whose output projection is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.head = nn.Linear(4, 3)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        tokens = images.mean((2, 3), keepdim=False)[:, None].repeat(1, 5, 2)[..., :4] + self.token
        return self.head(self.attention(tokens, tokens, tokens)[0][:, 0])


def test_what_is_never_called_goes_with_what_is_around_it_and_what_has_no_reset_keeps_its_size():
    model = trained(Attention())
    before = tensors(model)
    assert changed(model, 9) == {
        "head": {"head"},
        "attention": {"head", "attention", "attention.out_proj"},
        "Attention": {"head", "attention", "attention.out_proj", ""},
    }
    *_, (_, random) = cascade(model, SHAPE, 3, 0)
    drawn, first = (
        random.network.attention.in_proj_weight.detach(),
        before["attention.in_proj_weight"],
    )
    size, expected = drawn.square().mean().sqrt(), first.square().mean().sqrt()
    assert size == pytest.approx(float(expected), rel=0.25)
    assert np.corrcoef(drawn.flatten(), first.flatten())[0, 1] < 0.5


@pytest.mark.filterwarnings("ignore:.*weight_norm.*")
@pytest.mark.parametrize("norm", [nn.utils.weight_norm, nn.utils.parametrizations.weight_norm])
def test_weights_that_a_reset_does_not_reach_are_drawn_too(norm):
    network = nn.Sequential(nn.Flatten(), norm(nn.Linear(192, 3)))
    model = Classifier(network, (0.4, 0.5, 0.6), (0.2, 0.25, 0.3))
    images = torch.rand(2, 3, 8, 8)
    before, expected = tensors(model), model(images).detach()
    *_, (_, random) = cascade(model, SHAPE, 1, 0)
    assert all(not torch.equal(value, before[key]) for key, value in tensors(random).items())
    assert not torch.allclose(random(images), expected, atol=0.05)


def test_a_network_without_weights_is_refused():
    model = Classifier(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), (0.0,), (1.0,))
    with pytest.raises(UserError, match="no weights"):
        next(cascade(model, SHAPE, 2, 0))


def test_a_copy_of_a_model_gives_the_same_cascade():
    model = trained(Backwards())
    for (name, one), (other, two) in zip(
        cascade(model, SHAPE, 4, 1), cascade(copy.deepcopy(model), SHAPE, 4, 1), strict=True
    ):
        assert name == other
        assert all(
            torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True)
        )
