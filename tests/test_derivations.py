"""The formulas of docs/derivations.md, as they are written there, against PyTorch."""

import re
from itertools import product
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.autograd.functional import jacobian
from torch.nn import functional as F

from cnnscope.networks.expression_cnn import ExpressionCNN
from cnnscope.networks.summary import summarise

PAGE = (Path(__file__).parents[1] / "docs" / "derivations.md").read_text()
WRITTEN = {"torch": torch}
for block in re.findall(r"^```python\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL):
    exec(block, WRITTEN)


def random(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("make", [nn.Conv2d, nn.MaxPool2d])
def test_the_output_size_for_strides_paddings_and_dilations(make):
    channels = (1, 1) if make is nn.Conv2d else ()
    for n, k, s, p, d in product((9, 14, 15), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2), (1, 2, 3)):
        # A pool takes no more padding than half of its window.
        if n + 2 * p < d * (k - 1) + 1 or (make is nn.MaxPool2d and 2 * p > k):
            continue
        layer = make(*channels, (k, 1), stride=(s, 1), padding=(p, 0), dilation=(d, 1))
        height, width = layer(torch.zeros(1, 1, n, 4)).shape[2:]
        assert (height, width) == (WRITTEN["output_size"](n, k, s, p, d), 4), layer


@pytest.mark.parametrize(("size", "sides"), [(48, [24, 12, 6, 3, 1]), (128, [64, 32, 16, 8, 4])])
def test_the_sizes_of_the_report_s_network_follow_the_formula(size, sides):
    network = ExpressionCNN(7, width=0.05, size=size)
    made = {line.layer: line.output for line in summarise(network, (1, size, size))}
    side, pooled = size, []
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            numbers = (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
            k, s, p, d = (n[0] if isinstance(n, tuple) else n for n in numbers)
            side = WRITTEN["output_size"](side, k, s, p, d)
            assert made[name].split(" x ")[1:] == [str(side)] * 2
            pooled += [side] if isinstance(layer, nn.MaxPool2d) else []
    assert pooled == sides


def test_batch_norm_passes_its_gradients_as_written():
    x, g = random(4, 1, 3, 5).requires_grad_(), random(5, 1, 3, 4).reshape(4, 1, 3, 5)
    layer = nn.BatchNorm2d(1, eps=1e-3).double()
    nn.init.constant_(layer.weight, 1.7)
    found = torch.autograd.grad(layer(x), [x, layer.weight, layer.bias], g)
    written = WRITTEN["batch_norm_gradients"](x, g, layer.weight, layer.eps)
    for one, other in zip(found, written, strict=True):
        torch.testing.assert_close(one.squeeze(), other.squeeze(), rtol=1e-12, atol=1e-12)


def test_batch_norm_that_is_looked_at_only_scales_the_gradient():
    x, g = random(2, 1, 3, 3).requires_grad_(), random(3, 1, 2, 3).reshape(2, 1, 3, 3)
    layer = nn.BatchNorm2d(1).double().eval()
    nn.init.constant_(layer.weight, 1.7)
    layer.running_var.fill_(4.0)
    (found,) = torch.autograd.grad(layer(x), x, g)
    torch.testing.assert_close(found, 1.7 * g / (4.0 + layer.eps) ** 0.5, rtol=1e-12, atol=1e-12)


def test_softmax_has_the_written_jacobian_off_its_diagonal_too():
    z = random(7)
    written = WRITTEN["softmax_jacobian"](z)
    found = jacobian(lambda logits: logits.softmax(0), z)
    torch.testing.assert_close(written, found, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(written.sum(1), torch.zeros_like(z), rtol=0, atol=1e-15)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_has_the_written_gradient(smoothing):
    z = random(7).requires_grad_()
    target = torch.full((7,), smoothing / 7, dtype=torch.float64)
    target[3] += 1 - smoothing
    loss = F.cross_entropy(z, torch.tensor(3), label_smoothing=smoothing)
    (found,) = torch.autograd.grad(loss, z)
    written = WRITTEN["cross_entropy_gradient"](z.detach(), target)
    torch.testing.assert_close(written, found, rtol=1e-12, atol=1e-14)
    through = -(target / z.detach().softmax(0)) @ WRITTEN["softmax_jacobian"](z.detach())
    torch.testing.assert_close(through, found, rtol=1e-12, atol=1e-14)
