"""The derivative of a 3 x 3 convolution by Winograd's short products.

Lavin, Gray 2016, "Fast Algorithms for Convolutional Neural Networks",
https://arxiv.org/abs/1509.09308, F(4 x 4, 3 x 3): a 4 x 4 tile takes 36 products of rows where the
sum as it stands takes 144. With the cost of getting there, the four large convolutions of the
five-block network take half to two thirds of the time on a CPU. In float32 the largest error is
1e-5 of the largest value (3e-6 as PyTorch sums it).
"""

import torch
import torch.nn.functional as F
from torch import nn

_DATA = torch.tensor(
    [
        [4.0, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
_KERNEL = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], dtype=torch.float64
).div_(24)
_SUMS = torch.tensor(
    [[1.0, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]
)
# Height and width in one product.
_DATA2, _KERNEL2, _SUMS2 = (torch.kron(matrix, matrix) for matrix in (_DATA, _KERNEL, _SUMS))

# With fewer channels the additions before and after cost more than the products save.
_FEWEST_CHANNELS = 64
# Numbers in the tiles that are in work at once: 8 MB of float32, which stay in the cache.
_AT_ONCE = 2**21
_ONE = (1, (1, 1), [1, 1])


def pays(x, weight, bias, stride=1, padding=0, dilation=1, groups=1) -> bool:
    """Whether `Convolution` can stand for torch.conv2d with these arguments, and is faster."""
    return (
        x.dim() == 4
        and x.device.type == "cpu"
        and x.dtype == torch.float32
        # A weight that is computed anew at each call would be transformed anew, too.
        and isinstance(weight, nn.Parameter)
        and weight.shape[2:] == (3, 3)
        and min(weight.shape[:2]) >= _FEWEST_CHANNELS
        and all(setting in _ONE for setting in (stride, padding, dilation, groups))
    )


def transformed(weight: torch.Tensor) -> torch.Tensor:
    """What `Convolution` takes beside `weight` (O, I, 3, 3): (36, O, I), four times as large."""
    flipped = weight.detach().flip(2, 3).flatten(2).permute(2, 0, 1)
    numbers = _KERNEL2.to(weight.dtype) @ flipped.reshape(9, -1)
    return numbers.view(36, *weight.shape[:2])


class Convolution(torch.autograd.Function):
    """torch.conv2d with padding 1, its derivative by `input_gradient`."""

    @staticmethod
    def forward(ctx, x, weight, bias, kernel):
        ctx.kernel = kernel
        return F.conv2d(x, weight, bias, padding=1)

    @staticmethod
    def backward(ctx, gradient):
        return input_gradient(gradient, ctx.kernel), None, None, None


def input_gradient(gradient: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """Gradient (N, O, H, W) of the output to that of the input (N, I, H, W).

    Args:
        kernel: `transformed` weights, (36, O, I).
    """
    count, channels, height, width = gradient.shape
    down, across = -(-height // 4), -(-width // 4)
    below, right = 1 + 4 * down - height, 1 + 4 * across - width
    padded = F.pad(gradient.permute(0, 2, 3, 1), (0, 0, 1, right, 1, below))
    result = gradient.new_empty(count, 4 * down, 4 * across, kernel.shape[2])
    images = max(1, _AT_ONCE // (36 * down * across * channels))
    for part, out in zip(padded.split(images), result.split(images), strict=True):
        n, y, x, c = part.stride()
        # Tiles of 6 x 6 that begin every 4 rows and columns.
        tiles = part.as_strided(
            (6, 6, len(part), down, across, channels),
            (y, x, n, 4 * y, 4 * x, c),
            part.storage_offset(),
        )
        data = (_DATA2 @ tiles.reshape(36, -1)).view(36, -1, channels)
        products = torch.bmm(data, kernel)
        sums = (_SUMS2 @ products.view(36, -1)).view(4, 4, len(part), down, across, -1)
        out.view(len(part), down, 4, across, 4, -1).copy_(sums.permute(2, 3, 0, 4, 1, 5))
    return result[:, :height, :width].permute(0, 3, 1, 2)
