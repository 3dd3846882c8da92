"""What a filter looks for: the picture that excites it most, and where it fires on images.

The picture is found by gradient ascent (`cnnscope.inspection.ascent`), from white noise or from
photographs.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.ascent import alter, visualise
from cnnscope.inspection.responses import activation_maps, count_filters, response

# A change of a photograph is to leave the photograph to be seen.
_CONTRAST = {"noise": 3.0, "image": 1.0}


def explain(
    model: nn.Module,
    images: np.ndarray,
    *,
    layer: str,
    filters: Sequence[int] | str,
    seed: int,
    start: str = "noise",
    steps: int = 100,
    contrast: float | None = None,
    noise: float = 0.1,
    log: Callable[[str], None] = print,
) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """The pictures of some filters of one layer, and the filters' activation maps on images.

    Args:
        model: maps float32 images in [0, 1], (N, C, H, W), to logits.
        images: uint8 (N, H, W, C); the pictures get their size and channels.
        layer: as for `find_layer`; best one before its activation function.
        filters: numbers from 0, or `all`.
        start: `noise`: a picture a filter; `image`: a picture for each filter and image.
        seed, steps, noise: as for `visualise`.
        contrast: as for `visualise`, or `alter` where `start` is `image`; None: 3 or 1.

    Returns:
        pictures: float32 (F, H, W, C) in [0, 1]; (F, N, H, W, C) where started from images.
        details: `activations` (F, N, h, w), `objective_start` and `objective_end`, (F,) or (F, N)
            as the pictures, `objective_images` (F, N), `filters` (F,).
        facts: units, the arguments, `precision` of the ascent, and for each picture whether its
            response rose, and (from noise) whether it beats every image. Where not, or where the
            precision is float32, `log` gets a line.

    Raises:
        UserError: unknown layer, filter number too large, no filter, no image.
    """
    if not len(images):
        raise UserError("filters.images: the image sets are empty; name one with images")
    if filters == "all":
        filters = range(count_filters(model, layer, images.shape[1:]))
    maps = activation_maps(model, layer, filters, images)
    of_images = response(torch.from_numpy(maps)).numpy()
    contrast = contrast or _CONTRAST[start]
    options = {"seed": seed, "steps": steps, "contrast": contrast}
    if start == "image":
        found = alter(model, layer, filters, images, **options)
    else:
        options |= {"size": images.shape[1:3], "channels": images.shape[3], "noise": noise}
        found = visualise(model, layer, filters, **options)
    if found.precision == "float32":
        log(
            f"filters of layer {layer!r}: the model computes in float32 alone; another processor "
            "or number of threads may lead to another picture of the same pattern"
        )
    rose = found.end > found.start
    facts = {
        "layer": layer,
        "seed": seed,
        "start": start,
        "steps": steps,
        "contrast": contrast,
        "noise": noise if start == "noise" else None,
        "precision": found.precision,
        "units": "pictures: intensity from 0 to 1; activations and objectives: output of the layer",
        "objective": "mean over the stronger half of the channel's positions",
        "objective_rose": rose.tolist(),
    }
    if start == "image":
        _warn_of_images(log, layer, filters, rose)
    else:
        beats = (found.end[:, None] > of_images).all(axis=1)
        facts["beats_every_image"] = beats.tolist()
        _warn(log, layer, np.asarray(filters), rose, beats)
    details = {
        "activations": maps,
        "objective_start": found.start,
        "objective_end": found.end,
        "objective_images": of_images,
        "filters": np.asarray(filters, dtype=np.int64),
    }
    return found.pictures, details, facts


def _warn_of_images(
    log: Callable[[str], None], layer: str, filters: Sequence[int], rose: np.ndarray
) -> None:
    for number, risen in zip(filters, rose, strict=True):
        for image in np.flatnonzero(~risen):
            log(
                f"filter {number} of layer {layer!r}: image {image} cannot be changed to excite "
                "it more"
            )


def _warn(
    log: Callable[[str], None], layer: str, filters: np.ndarray, rose: np.ndarray, beats: np.ndarray
) -> None:
    for number in filters[~rose]:
        log(
            f"filter {number} of layer {layer!r} answers no picture: nothing raises its response "
            "from white noise. Behind a ReLU, ask for the layer before it."
        )
    for number in filters[rose & ~beats]:
        log(
            f"filter {number} of layer {layer!r}: an image excites it more than its picture does. "
            "More steps or more contrast may help."
        )
