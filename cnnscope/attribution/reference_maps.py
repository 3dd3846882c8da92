"""Maps that explain nothing, which real ones are held against."""

import numpy as np
from skimage.filters import gaussian

from cnnscope.seeds import stream

# The standard deviation of the blur, as a share of the height.
_BLUR = 0.05


def random_maps(images: np.ndarray, seed: int) -> np.ndarray:
    """Uniform noise from 0 to 1, independent in each pixel, float32 (N, H, W).

    Args:
        images: uint8 (N, H, W, C).
        seed: together with the content of an image it determines its map.
    """
    maps = [stream(seed, "random", image).random(image.shape[:2]) for image in images]
    return np.stack(maps).astype(np.float32)


def blurred_maps(maps: np.ndarray) -> np.ndarray:
    """Each map (N, H, W) under a Gaussian blur of a twentieth of its height, float32.

    Metrics that remove pixels reward what is smooth, whatever it shows (Rong et al. 2023,
    https://arxiv.org/abs/2304.13836): a map is to do better than its own blurred copy.
    """
    smooth = [gaussian(one.astype(np.float64), _BLUR * len(one)) for one in maps]
    return np.stack(smooth).astype(np.float32)
