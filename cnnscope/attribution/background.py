"""The images that stand for nothing to see."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageFilter

from cnnscope.data.image_sets import balanced_draw
from cnnscope.seeds import stream

# Of the Gaussian that blurs, as a share of the side: 11 pixels of 224.
_BLUR = 0.05
_WORDS = {
    "training": "training images",
    "pictures": "of the pictures themselves",
    "blurred": "blurred copies of the pictures",
    "folder": "images of dataset.background",
}


def draw_background(
    pool: np.ndarray, labels: Sequence[int], count: int, kind: str, seed: int
) -> tuple[np.ndarray, str]:
    """Draw background images, evenly from the classes, and say what they are.

    Args:
        pool: uint8 (M, H, W, C), the images to draw from.
        labels: int (M,), -1 where unknown.
        count: how many. Where they are no training images there may be fewer.
        kind: `training`, `pictures`, `blurred` or `folder`.

    Returns:
        uint8 (B, H, W, C), and words for a figure, such as "32 training images".
    """
    count = count if kind == "training" else min(count, len(pool))
    drawn = pool[balanced_draw(labels, count, stream(seed, "background"))]
    if kind == "blurred":
        drawn = blurred(drawn)
    return drawn, f"{count} {_WORDS[kind]}"


def blurred(images: np.ndarray) -> np.ndarray:
    """Copies of images uint8 (N, H, W, C) that show light and colour, and no object."""
    blur = ImageFilter.GaussianBlur(_BLUR * images.shape[1])
    # Pillow knows a grey image by having no channels.
    smooth = [np.asarray(Image.fromarray(one.squeeze()).filter(blur)) for one in images]
    return np.stack(smooth).reshape(images.shape)
