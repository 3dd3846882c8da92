"""Random changes of training images."""

import numpy as np
import torch


def augment(images: np.ndarray, shift: float, rng: np.random.Generator) -> np.ndarray:
    """Shift each image at random, filling the edges by reflection, and mirror about half of them.

    Images are shifted by whole pixels and not rotated or zoomed, because interpolation would blur
    them, while the images to classify later are sharp.

    Args:
        images: uint8 (N, H, W, C).
        shift: the largest shift in each direction, as a share of the image height.
        rng: source of the random numbers.

    Returns:
        A new array, uint8 (N, H, W, C).
    """
    most = round(shift * images.shape[1])
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="reflect")
    height, width = images.shape[1:3]
    changed = np.empty_like(images)
    offsets = rng.integers(0, 2 * most + 1, (len(images), 2))
    flips = rng.random(len(images)) < 0.5
    for i, ((down, right), flip) in enumerate(zip(offsets, flips, strict=True)):
        cut = padded[i, down : down + height, right : right + width]
        changed[i] = cut[:, ::-1] if flip else cut
    return changed


def partners(count: int, mixup: float, rng: np.random.Generator) -> tuple[float, torch.Tensor]:
    """How to blend the `count` images of a batch in pairs.

    Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization",
    https://arxiv.org/abs/1710.09412.

    Args:
        mixup: alpha of the beta distribution; 0 to leave the images as they are.

    Returns:
        The share that is kept of each image, from 0.5 to 1 and the same for all, and for each
        image the index of the one that makes up the rest, int64 (count,).
    """
    share = rng.beta(mixup, mixup) if mixup else 1.0
    return float(max(share, 1 - share)), torch.from_numpy(rng.permutation(count))
