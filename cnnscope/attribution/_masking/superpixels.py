"""Cut an image into superpixels: small connected regions of similar colour."""

from collections.abc import Mapping

import numpy as np
from skimage import segmentation

from cnnscope.errors import UserError
from cnnscope.seeds import seed_for

# The parameters of each method and their default values.
_DEFAULTS = {
    "slic": {"n_segments": 60, "compactness": 10.0, "sigma": 1.0},
    "quickshift": {"kernel_size": 4, "max_dist": 200, "ratio": 0.2},
    "felzenszwalb": {"scale": 100.0, "sigma": 0.5, "min_size": 50},
}


def segment(image: np.ndarray, settings: Mapping, seed: int) -> np.ndarray:
    """The superpixel of each pixel.

    Args:
        image: uint8 (H, W, C), C 3 or 1. A grey image is treated as three equal channels, so that
            the parameters mean the same colour distances as for a colour image.
        settings: `method` (slic, quickshift or felzenszwalb, as in scikit-image) and parameters
            of that method by the names of scikit-image.
        seed: for quickshift, which breaks ties at random.

    Returns:
        int32 (H, W), numbered 0 to S - 1 without gaps.

    Raises:
        UserError: unknown method or parameter, or a value that the method refuses.
    """
    method, given = _check(settings)
    if method == "quickshift":
        # The C code of quickshift takes a seed of 31 bits.
        given |= {"rng": seed_for(seed, "superpixels", image) % 2**31}
    colour = np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image
    try:
        labels = getattr(segmentation, method)(colour, channel_axis=-1, **given)
    except (ValueError, ZeroDivisionError) as error:
        raise UserError(f"segmentation: {method} refuses {dict(settings)}: {error}") from error
    # SLIC numbers its regions from 1, and number 0 would count as a superpixel without pixels.
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)


def _check(settings: Mapping) -> tuple[str, dict]:
    parameters = dict(settings)
    method = parameters.pop("method", None)
    if method not in _DEFAULTS:
        raise UserError(f"segmentation.method: {method!r} is none of {', '.join(_DEFAULTS)}")
    unknown = sorted(parameters.keys() - _DEFAULTS[method].keys())
    if unknown:
        raise UserError(
            f"segmentation: {method} has no parameter {unknown[0]!r}; "
            f"it takes {', '.join(_DEFAULTS[method])}"
        )
    return method, _DEFAULTS[method] | parameters
