"""What is done to a picture before it is scored, so that no single look at it counts."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch.nn import functional

View = Callable[[torch.Tensor], torch.Tensor]

# At the end of the ascent, where the picture is to be scored as it is, views differ by this share.
_CALM = 0.25


def moved_views(
    rng: np.random.Generator,
    steps: int,
    size: tuple[int, int],
    *,
    reach: float,
    degrees: float = 0.0,
    zoom: float = 0.0,
) -> list[View]:
    """For each step a picture that is shifted, turned and zoomed at random.

    In the last tenth of the steps all of that is a quarter of what it was before.

    Args:
        size: height and width of the picture.
        reach: how far it is shifted at most, as a share of its size.
        degrees: by how much it is turned at most, either way.
        zoom: natural logarithm of the largest scale; the smallest is its inverse.
    """
    views = []
    for step in range(steps):
        part = _CALM if step >= steps - steps // 10 else 1.0
        farthest = [int(part * reach * side) for side in size]
        shift = [int(rng.integers(-most, most + 1)) for most in farthest]
        angle = math.radians(part * rng.uniform(-degrees, degrees))
        scale = math.exp(part * rng.uniform(-zoom, zoom))
        views.append(partial(_moved, shift=shift, angle=angle, scale=scale))
    return views


def _moved(picture: torch.Tensor, shift: list[int], angle: float, scale: float) -> torch.Tensor:
    """What leaves at an edge by a shift comes back at the opposite one; turned in are mirrored."""
    picture = torch.roll(picture, shift, dims=(2, 3))
    if angle == 0 and scale == 1:
        return picture
    height, width = picture.shape[2:]
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    # In coordinates that go from -1 to 1 along both sides, whatever their lengths.
    turn = [[cosine, -sine * height / width, 0], [sine * width / height, cosine, 0]]
    places = functional.affine_grid(
        picture.new_tensor(turn)[None], list(picture.shape), align_corners=False
    )
    return functional.grid_sample(picture, places, padding_mode="reflection", align_corners=False)
