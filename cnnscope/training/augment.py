"""Other views of the same training images."""

import numpy as np
import torch


def augment(images: np.ndarray, shift: float, rng: np.random.Generator) -> np.ndarray:
    """Flip half of the images left to right; shift each by up to `shift`, edges mirrored.

    By whole pixels: to turn or zoom small images blurs them, and the images that count are sharp.

    Args:
        images: uint8 (N, H, W, C).
        shift: as a share of the image's height.
    """
    most = round(shift * images.shape[1])
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="reflect")
    height, width = images.shape[1:3]
    changed = np.empty_like(images)
    places = rng.integers(0, 2 * most + 1, (len(images), 2))
    flips = rng.random(len(images)) < 0.5
    for i, ((down, right), flip) in enumerate(zip(places, flips, strict=True)):
        cut = padded[i, down : down + height, right : right + width]
        changed[i] = cut[:, ::-1] if flip else cut
    return changed


def partners(count: int, mixup: float, rng: np.random.Generator) -> tuple[float, torch.Tensor]:
    """How much of each image stays, at least half, and whose image fills the rest.

    Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization",
    https://arxiv.org/abs/1710.09412.
    """
    share = rng.beta(mixup, mixup) if mixup else 1.0
    return float(max(share, 1 - share)), torch.from_numpy(rng.permutation(count))
