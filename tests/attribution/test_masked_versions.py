"""Soft masks, windows, many superpixels and many versions run as the plain forward pass does."""

import numpy as np
import pytest
import torch
from test_masked_forward import FoodCNN, Residual, case, plain, random_model
from torch import nn

from cnnscope.attribution._masking import masked_forward
from cnnscope.attribution._masking.folding import fold_norms
from cnnscope.attribution._masking.local_stages import trace
from cnnscope.attribution._masking.masked_forward import MaskedForward
from cnnscope.attribution._masking.patterns import patterns_of
from cnnscope.attribution._masking.soft_grids import cells_of_pixels
from cnnscope.attribution._masking.windows import Windows

SIZE = (32, 48)


@pytest.fixture
def model() -> nn.Module:
    return random_model(Residual(), SIZE)


def test_soft_masks_mix_the_image_and_what_hides_it(model):
    inputs = case(SIZE, 4, 4, 40)
    segments, shares = cells_of_pixels(SIZE, 4, (3, 5))
    shown = (inputs["masks"][:, segments] * shares).sum(3)[..., None]
    versions = inputs["hidden"] + shown * (inputs["image"] - inputs["hidden"])
    with torch.no_grad():
        expected = model(torch.from_numpy(versions).permute(0, 3, 1, 2).float()).numpy()
    found = MaskedForward(model, SIZE).logits(
        inputs["image"], inputs["hidden"], segments, inputs["masks"], pytest.fail, shares=shares
    )
    np.testing.assert_allclose(found, expected, atol=2e-5, rtol=1e-5)


def test_windows_share_all_but_the_last_layers():
    """As each window changes little, most versions show the same to an early layer."""
    size, entries = (64, 64), []
    network = random_model(FoodCNN(4, width=0.1, size=64), size)
    windows = Windows.of(size, 0.125, 0.5)
    assert windows.masks.shape == (15 * 15, 16 * 16)
    inputs = case(size, 16, 16, 1) | {"segments": windows.segments, "masks": windows.masks}

    class Counting(MaskedForward):
        def _through_stages(self, features, masks):
            features, rest = super()._through_stages(features, masks)
            entries.append((features.size, len(features.vectors)))
            return features, rest

    found = Counting(network, size).logits(**inputs)
    np.testing.assert_allclose(found, plain(network, **inputs), atol=2e-5, rtol=1e-5)
    ((reached, computed),) = entries
    assert reached == (8, 8) and computed < 0.25 * 225 * 8 * 8


def test_positions_that_see_more_superpixels_than_a_number_has_bits_are_shared_too(model):
    inputs = case(SIZE, 32, 48, 6)
    # The versions are few and alike, so that sharing pays.
    inputs["masks"][:] = True
    inputs["masks"][1:4, :700] = False
    inputs["masks"][4:, 900:] = False
    inputs["masks"] = np.repeat(inputs["masks"], 3, 0)
    inputs["masks"][:, 800] = np.arange(18) % 2
    found = MaskedForward(model, SIZE).logits(**inputs)
    np.testing.assert_allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)


def test_many_versions_run_in_parts_and_stand_in_their_order(model, monkeypatch):
    monkeypatch.setattr(masked_forward, "_TOGETHER", 16)
    inputs = case(SIZE, 3, 4, 70)
    found = MaskedForward(model, SIZE).logits(**inputs)
    np.testing.assert_allclose(found, plain(model, **inputs), atol=2e-5, rtol=1e-5)


class Shared(nn.Module):
    """One norm after two convolutions, a convolution that two layers read, and a hook."""

    def __init__(self, hook: bool):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1, bias=False)
        self.third, self.norm = nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)
        self.own, self.last = (
            nn.BatchNorm2d(4),
            nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)),
        )
        self.head = nn.Linear(4, 3)
        if hook:
            self.last[0].register_forward_hook(lambda module, given, output: 2 * output)

    def forward(self, x):
        x = self.norm(self.second(self.norm(self.first(x))))
        x = self.third(x)
        return self.head(self.last(self.own(x) + x).mean((2, 3)))


@pytest.mark.parametrize(("hook", "left"), [(False, 3), (True, 4)])
def test_norms_are_folded_where_the_answer_stays_the_same(hook, left):
    network = random_model(Shared(hook), SIZE)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    traced = trace(network)
    images = torch.rand(2, 3, *SIZE)
    with torch.no_grad():
        expected = network(images)
        fold_norms(traced)
        np.testing.assert_allclose(traced(images), expected, atol=1e-5)
        np.testing.assert_array_equal(network(images), expected)
    called = [node.target for node in traced.graph.nodes if node.op == "call_module"]
    assert (
        sum("norm" in name or "own" in name or name.endswith("last.1") for name in called) == left
    )
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


@pytest.mark.parametrize("superpixels", [5, 40, 70, 130])
@pytest.mark.parametrize("seen", [1, 4, 14])
def test_versions_have_one_pattern_where_they_show_the_same_of_what_a_position_sees(
    superpixels, seen
):
    """For few and for many superpixels, of which patterns are found in different ways."""
    rng = np.random.default_rng(superpixels)
    sees, masks = np.zeros((60, superpixels), bool), rng.random((90, superpixels)) < 0.5
    for row in sees[rng.permutation(60)[:50]]:
        row[rng.integers(0, superpixels, rng.integers(1, seen + 1))] = True
    found = patterns_of(sees, masks)
    kinds = np.unique(sees, axis=0, return_inverse=True)[1].ravel()
    assert (
        len(set(zip(kinds, found.group, strict=True))) == len(set(kinds)) == len(set(found.group))
    )
    for position in range(60):
        shown = np.unique(masks[:, sees[position]], axis=0, return_inverse=True)[1].ravel()
        numbers = found.pattern[:, found.group[position]]
        count = len(set(shown.tolist()))
        assert len(set(zip(shown.tolist(), numbers.tolist(), strict=True))) == count
        assert set(numbers) == set(range(count))
        # Each entry has a version that shows its pattern.
        entries = np.arange(count) + found.first[position]
        assert (found.positions[entries] == position).all()
        np.testing.assert_array_equal(numbers[found.versions[entries]], np.arange(count))


def test_in_bfloat16_only_convolutions_over_several_channels_compute_in_it():
    """Where each channel is convolved by itself, rounding there and back takes longer."""
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 4, 1))
    model = nn.Sequential(network, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    found = MaskedForward(model, SIZE, precision="bfloat16")
    kinds = [type(layer).__name__ for layer in found._network[0]]
    assert kinds == ["_Bfloat16Convolution", "Conv2d", "_Bfloat16Convolution"]
    assert {type(layer) for layer in network} == {nn.Conv2d}, "the user's network stays as it is"
