"""Deep dream: photographs in which a layer finds more of what it looks for."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.inspection.climber import Climber, climber, warn_of_float32
from cnnscope.inspection.fourier import Preconditioner
from cnnscope.inspection.steps import climb, to_logits, to_picture
from cnnscope.inspection.views import moved_views
from cnnscope.networks.layers import activation
from cnnscope.seeds import stream

# How much larger than the one before an octave is, and the least side of one in pixels.
_RATIO, _LEAST = 1.4, 32
# Root mean square of the logits of the whole change, which is shared by the octaves.
_CONTRAST = 1.0
# How far the photograph is shifted before a step, as a share of its size.
_REACH = 1 / 14
# Standard deviation, in logits, of noise that makes equal pixels of a photograph differ, which a
# max pool could not choose from.
_UNEQUAL = 1e-4


def explain(
    model: nn.Module,
    images: np.ndarray,
    *,
    layer: str,
    seed: int,
    octaves: int = 4,
    steps: int = 20,
    log: Callable[[str], None] = print,
) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """Each photograph, changed so that the outputs of a layer become larger.

    Mordvintsev, Olah, Tyka 2015, "Inceptionism: Going Deeper into Neural Networks". What is raised
    is the mean square of the layer's output: whatever the layer sees a little of, it is to see more
    of. The photograph is changed first where it is small, where patterns are large in it, then at
    sizes that grow by 1.4 up to its own, each time from what the sizes before have made of it. The
    change is added to the logits of the intensities, and its contrast is bounded, so that the
    photograph stays recognisable.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K); run as far as `layer`.
        images: uint8 (N, H, W, C).
        layer: as for `find_layer`.
        seed: of the shifts; a photograph does not depend on the others.
        octaves: how many sizes, at most; those with a side below 32 pixels are left out.
        steps: of gradient ascent at each size.
        log: gets a line if octaves are left out, for each photograph whose score did not rise, and
            one if the ascent ran in float32.

    Returns:
        pictures: float32 (N, H, W, C) in [0, 1].
        details: `score_start` and `score_end` (N,), of the photographs and of the pictures.
        facts: units, the arguments, the sizes of the octaves and the `precision` of the ascent.

    Raises:
        UserError: unknown layer, no image, or the layer does not take smaller images.
    """
    if not len(images):
        raise UserError("deep_dream.images: the image sets are empty; name one with images")
    size, channels = images.shape[1:3], images.shape[3]
    sizes = octave_sizes(size, octaves)
    if len(sizes) < octaves:
        log(f"{len(sizes)} of {octaves} octaves: smaller ones have sides below {_LEAST} pixels")

    def run(network: nn.Module, picture: torch.Tensor) -> torch.Tensor:
        return _score(network, layer, picture)

    with climber(model, run, size, channels, keep=layer) as on:
        _check_sizes(on, layer, sizes)
        shown = tqdm(images, desc=layer, disable=None, unit="image")
        dreams = [_dream(on, layer, image, sizes, seed, steps) for image in shown]
    pictures, start, end = (np.stack(part) for part in zip(*dreams, strict=True))
    warn_of_float32(log, f"layer {layer!r}", on.precision)
    for number in np.flatnonzero(end <= start):
        log(f"image {number}: nothing raises the score of layer {layer!r}")
    facts = {
        "layer": layer,
        "seed": seed,
        "octaves": [list(size) for size in sizes],
        "steps": steps,
        "contrast": _CONTRAST,
        "precision": on.precision,
        "units": "pictures: intensity from 0 to 1; scores: square of the output of the layer",
        "score": "mean square of the layer's output",
    }
    return pictures, {"score_start": start, "score_end": end}, facts


def octave_sizes(size: tuple[int, int], octaves: int) -> list[tuple[int, int]]:
    """Heights and widths, the smallest first and `size` last."""
    scaled = ([round(side / _RATIO**number) for side in size] for number in range(octaves))
    sizes = [tuple(sides) for sides in scaled if min(sides) >= _LEAST]
    return sizes[::-1] or [tuple(size)]


def _score(network: nn.Module, layer: str, picture: torch.Tensor) -> torch.Tensor:
    return activation(network, layer, picture).square().mean()


def _check_sizes(on: Climber, layer: str, sizes: list[tuple[int, int]]) -> None:
    for size in sizes[:-1]:
        try:
            with torch.no_grad():
                _score(on.network, layer, _resized(on.grey, size))
        except (RuntimeError, AssertionError) as error:
            raise UserError(
                f"deep_dream.octaves: layer {layer!r} takes no image of {size[0]} x {size[1]} "
                f"pixels; name an earlier layer or use octaves: 1 ({error})"
            ) from error


def _dream(
    on: Climber, layer: str, image: np.ndarray, sizes: list[tuple[int, int]], seed: int, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What became of a photograph (H, W, C), and its scores before and after."""
    rng = stream(seed, "deep_dream", layer)
    photograph = torch.from_numpy(image / np.float32(255)).to(on.grey).permute(2, 0, 1)[None]
    change = photograph.new_zeros(1, 1, *sizes[0])
    contrast = _CONTRAST / len(sizes) ** 0.5
    for size in sizes:
        original = to_logits(_resized(photograph, size))
        base = original + functional.interpolate(change, size, mode="bicubic", align_corners=False)
        logits = climb(
            lambda picture: _score(on.network, layer, picture),
            base + torch.from_numpy(rng.normal(0, _UNEQUAL, base.shape)).to(base),
            base,
            moved_views(rng, steps, size, reach=_REACH),
            contrast,
            Preconditioner(size, base.shape[1], base),
        )
        change = logits - original
    with torch.no_grad():
        picture = torch.sigmoid(logits)
        scores = [_score(on.network, layer, one).float().cpu() for one in (photograph, picture)]
    return to_picture(picture), *(score.numpy() for score in scores)


def _resized(picture: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    if tuple(picture.shape[2:]) == size:
        return picture
    return functional.interpolate(
        picture, size, mode="bilinear", align_corners=False, antialias=True
    )
