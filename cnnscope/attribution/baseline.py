"""The baseline of an image: what stands for nothing to see, in place of what is hidden."""

import numpy as np

from cnnscope.attribution.background import blurred
from cnnscope.errors import UserError
from cnnscope.seeds import stream

KINDS = ("black", "mean", "blur", "noise", "background")


def baselines(
    image: np.ndarray,
    kind: str,
    *,
    seed: int,
    regions: np.ndarray | None = None,
    background: np.ndarray | None = None,
) -> np.ndarray:
    """The images that take the place of what is hidden of an image.

    What hides nothing for one network is a sign for another (Sturmfels, Lundberg, Lee 2020,
    Visualizing the Impact of Feature Attribution Baselines, https://doi.org/10.23915/distill.00022).

    Args:
        image: uint8 (H, W, C).
        kind: `black`; `mean`, the mean colour of the image, or of each region; `blur`, a blurred
            copy; `noise`, uniform from 0 to 1; or `background`, images of the dataset.
        seed: together with the content of the image it determines the noise.
        regions: int (H, W), the region of each pixel, 0 to S - 1, for `mean`; None for the whole
            image.
        background: uint8 (B, H, W, C), for `background`.

    Returns:
        float64 (B, H, W, C) in [0, 1], as the network sees images before it normalises them. B is
        1 but for `background`.

    Raises:
        UserError: `kind` is none of these, or there are no background images.
    """
    if kind not in KINDS:
        raise UserError(f"baseline: {kind!r} is none of {', '.join(KINDS)}")
    if kind == "background":
        if background is None:
            raise UserError("baseline: there are no background images here; use another kind")
        return background / 255.0
    if kind == "black":
        hidden = np.zeros(image.shape)
    elif kind == "mean":
        regions = np.zeros(image.shape[:2], int) if regions is None else regions
        hidden = _mean_colours(image / 255.0, regions)
    elif kind == "blur":
        hidden = blurred(image[None])[0] / 255.0
    else:
        hidden = stream(seed, "noise", image).uniform(size=image.shape)
    return hidden[None]


def grey_baseline(image: np.ndarray, kind: str, *, seed: int) -> np.ndarray:
    """The one baseline of an image that is no background, in whole grey levels, as images are.

    Args:
        image, kind, seed: as for `baselines`.

    Returns:
        uint8 (H, W, C).
    """
    (hidden,) = baselines(image, kind, seed=seed)
    return np.rint(255 * hidden).astype(np.uint8)


def _mean_colours(shown: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Each pixel of an image (H, W, C) replaced by the mean colour of its region."""
    flat = regions.reshape(-1)
    sums = [np.bincount(flat, channel.reshape(-1)) for channel in np.moveaxis(shown, 2, 0)]
    return (np.stack(sums, 1) / np.bincount(flat)[:, None])[regions]
