"""Pictures, settings and models that the tests of LIME share."""

import numpy as np
import torch
from torch import nn

from cnnscope.networks.food_cnn import FoodCNN

SLIC = {"method": "slic", "n_segments": 16, "compactness": 40.0, "sigma": 1.0}
KNOWN = {"segmentation": SLIC, "seed": 5, "samples": 80, "log": lambda message: None}


def images(count: int, channels: int = 3, side: int = 32) -> np.ndarray:
    rng = np.random.default_rng(3)
    coarse = rng.integers(30, 226, (count, side // 4, side // 4, channels))
    return coarse.repeat(4, 1).repeat(4, 2).astype(np.uint8)


def cnn(classes: int = 3, channels: int = 3) -> nn.Module:
    """Seeded; its logits spread by 2 over masked images, so that hiding moves probabilities."""
    torch.manual_seed(1)
    model = FoodCNN(classes, width=0.1, size=32, channels=channels).eval()
    coarse = torch.rand(64, channels, 8, 8) * (torch.rand(64, 1, 8, 8) > 0.5)
    with torch.no_grad():
        logits = model(coarse.repeat_interleave(4, 2).repeat_interleave(4, 3))
        scale = 2 / logits.std(0)
        model.fc[-1].weight *= scale[:, None]
        model.fc[-1].bias.sub_(logits.mean(0)).mul_(scale)
    return model


class Planted(nn.Module):
    """Two classes; the second's probability is linear in the mean brightness of one region."""

    def __init__(self, region: np.ndarray, sign: float = 1.0):
        super().__init__()
        share = torch.from_numpy(region / region.sum()).float()
        self.share = nn.Parameter(share)
        self.sign = sign

    def forward(self, x):
        probability = 0.5 + self.sign * 0.4 * (x.mean(1) * self.share).sum((1, 2))
        return torch.stack([torch.log(1 - probability), torch.log(probability)], 1)
