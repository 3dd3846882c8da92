"""A small network for small images, such as grey faces of 48 x 48 pixels."""

import torch
from torch import nn

_STAGES = ((32, 32), (64, 64), (128, 128), (256, 256))


class CompactCNN(nn.Module):
    """Four stages of two Conv3x3 - BatchNorm - ReLU, MaxPool2 between them, and a linear layer.

    The linear layer takes the mean of each channel over the map instead of the whole map, so there
    are 1.2 million parameters for seven classes, a quarter of `expression_cnn`. It takes images of
    any size from 8 x 8, and the score of a class is a mean over positions, as class activation
    maps require.

    Layers are named by their position: `cnn.0` convolution, `cnn.1` norm, `cnn.2` ReLU, `cnn.3`
    convolution, ... `cnn.6` pool, `cnn.7` convolution; the last ReLU is `cnn.26`.

    Args:
        classes: number of outputs.
        width: factor on the 32, 64, 128 and 256 channels.
        size: height and width of the input, at least 8.
        channels: 3 for colour, 1 for grey.
        dropout: share of the means that are set to 0 in training.

    Input: float (N, channels, size, size). Output: logits (N, classes).
    """

    def __init__(
        self,
        classes: int,
        width: float = 1.0,
        size: int = 48,
        channels: int = 1,
        dropout: float = 0.3,
    ):
        super().__init__()
        if size < 8:
            raise ValueError(f"size {size} is below 8")
        layers: list[nn.Module] = []
        before = channels
        for stage, depths in enumerate(_STAGES):
            if stage:
                layers.append(nn.MaxPool2d(2))
            for depth in depths:
                after = max(1, round(width * depth))
                layers += [
                    nn.Conv2d(before, after, 3, padding=1, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(),
                ]
                before = after
        self.cnn = nn.Sequential(*layers)
        self.fc = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(before, classes)
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.fc(self.cnn(images))
