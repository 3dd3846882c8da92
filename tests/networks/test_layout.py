"""Images lie in memory as a network is fastest, and as it runs at all."""

import pytest
import torch
from torch import nn

from cnnscope.networks.layout import fast_layout, memory_format


class Viewing(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer, self.calls = nn.Conv2d(3, 4, 3), 0

    def forward(self, images):
        self.calls += 1
        return self.layer(images).view(len(images), -1)


class Drawing(nn.Module):
    def forward(self, images):
        return nn.functional.dropout(images, training=True)


def images(channels: int = 3) -> torch.Tensor:
    return torch.rand(2, channels, 6, 7)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_channels_of_a_pixel_lie_side_by_side_and_no_value_changes(channels):
    model, given = nn.Sequential(nn.Conv2d(channels, 4, 3), nn.ReLU()), images(channels)
    laid = fast_layout(model, given)
    assert torch.equal(laid, given) and laid.stride(1) == 1
    assert model(laid).is_contiguous(memory_format=torch.channels_last)
    assert fast_layout(model, laid) is laid, "nothing is copied twice"


def test_a_network_that_cannot_run_so_gets_its_images_as_ever():
    model, given = Viewing(), images()
    for one in (given, given.to(memory_format=torch.channels_last)):
        laid = fast_layout(model, one)
        assert torch.equal(laid, given) and laid.is_contiguous()
        model(laid)


def test_a_network_is_tried_once_and_stays_as_it_was():
    model = Viewing().train()
    assert {memory_format(model, images()[:1]) for _ in range(3)} == {torch.contiguous_format}
    assert model.calls == 1 and model.training and model.layer.weight.requires_grad
    norm, given, before = nn.BatchNorm2d(3).train(), images(), torch.random.get_rng_state()
    memory_format(norm, given)
    assert norm.num_batches_tracked == 0 and norm.training
    memory_format(Drawing(), given)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_what_goes_wrong_for_another_reason_is_seen_where_the_network_runs():
    model = nn.Conv2d(5, 4, 3)
    with pytest.raises(RuntimeError, match="5 channels"):
        model(fast_layout(model, images()))
