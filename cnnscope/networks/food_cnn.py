"""The CNN of five blocks from the reports on food."""

import torch
from torch import nn


class FoodCNN(nn.Module):
    """Five blocks of Conv3x3 - BatchNorm - PReLU - MaxPool2, then three linear layers.

    Layers are named by their position: `cnn.0` convolution, `cnn.1` norm, `cnn.2` PReLU, `cnn.3`
    pool, `cnn.4` convolution and so on; the last block (`cnn.16` to `cnn.18`) has no norm.

    Args:
        classes: number of outputs.
        width: factor on the 64, 128, 256, 512, 512 channels and on the linear layers.
        size: height and width of the input; a multiple of 32.
        channels: 3 for colour, 1 for grey.

    Input: float (N, channels, size, size). Output: logits (N, classes).
    """

    def __init__(self, classes: int, width: float = 1.0, size: int = 128, channels: int = 3):
        super().__init__()
        if size % 32:
            raise ValueError(f"size {size} is no multiple of 32")
        widths = [max(1, round(width * c)) for c in (64, 128, 256, 512, 512)]
        layers: list[nn.Module] = []
        for block, (before, after) in enumerate(zip([channels, *widths], widths, strict=False)):
            layers.append(nn.Conv2d(before, after, 3, padding=1))
            if block < 4:
                layers.append(nn.BatchNorm2d(after))
            layers += [nn.PReLU(), nn.MaxPool2d(2)]
        hidden = [max(1, round(width * c)) for c in (1024, 512)]
        self.cnn = nn.Sequential(*layers)
        self.fc = nn.Sequential(
            nn.Flatten(),
            nn.Linear(widths[-1] * (size // 32) ** 2, hidden[0]),
            nn.PReLU(),
            nn.Linear(hidden[0], hidden[1]),
            nn.PReLU(),
            nn.Linear(hidden[1], classes),
        )
        for layer in [*self.cnn, *self.fc[:-1]]:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                # PyTorch's default initialisation would halve the signal at each layer without a
                # norm. This one keeps its variance (He et al. 2015, arXiv:1502.01852).
                nn.init.kaiming_normal_(layer.weight, a=0.25)
                nn.init.zeros_(layer.bias)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.fc(self.cnn(images))
