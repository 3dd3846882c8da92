"""The CNN of five blocks from the reports on facial expressions."""

import torch
from torch import nn

_BLOCKS = 5


class ExpressionCNN(nn.Module):
    """Five blocks of Conv3x3 - BatchNorm - LeakyReLU - MaxPool2 - Dropout, then linear layers.

    Layers are named by their position in one sequence, with five in each block: `cnn.0`
    convolution, `cnn.1` norm, `cnn.2` LeakyReLU, `cnn.3` pool, `cnn.4` dropout, `cnn.5`
    convolution and so on; `cnn.25` flattens, `cnn.26` and `cnn.28` are linear, `cnn.30` gives the
    logits.

    Args:
        classes: number of outputs.
        width: factor on the 64, 128, 256, 512, 512 channels and on the linear layers.
        size: height and width of the input, at least 32; 48 for the faces, 128 in the report.
        channels: 1 for grey, 3 for colour.

    Input: float (N, channels, size, size). Output: logits (N, classes).
    """

    def __init__(self, classes: int, width: float = 1.0, size: int = 48, channels: int = 1):
        super().__init__()
        if size < 2**_BLOCKS:
            raise ValueError(f"size {size} leaves nothing after {_BLOCKS} pools; 32 or more do")
        widths = [max(1, round(width * c)) for c in (64, 128, 256, 512, 512)]
        layers: list[nn.Module] = []
        for before, after in zip([channels, *widths], widths, strict=False):
            layers += [
                nn.Conv2d(before, after, 3, padding=1),
                nn.BatchNorm2d(after),
                nn.LeakyReLU(),
                nn.MaxPool2d(2),
                nn.Dropout(0.25),
            ]
        first, second = (max(1, round(width * c)) for c in (1024, 512))
        self.cnn = nn.Sequential(
            *layers,
            nn.Flatten(),
            nn.Linear(widths[-1] * (size // 2**_BLOCKS) ** 2, first),
            nn.LeakyReLU(),
            nn.Linear(first, second),
            nn.LeakyReLU(),
            nn.Linear(second, classes),
        )
        for layer in self.cnn[:-1]:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                # PyTorch's default initialisation would halve the signal at each layer without a
                # norm. This one keeps its variance (He et al. 2015, arXiv:1502.01852).
                nn.init.kaiming_normal_(layer.weight, a=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.cnn(images)
