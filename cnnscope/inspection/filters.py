"""Show what filters respond to: the picture that excites each most, and its activation maps.

The picture is found by gradient ascent (`cnnscope.inspection.ascent`), from white noise or from
photographs.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.inspection.ascent import alter, visualise
from cnnscope.inspection.climber import warn_of_float32
from cnnscope.inspection.responses import activation_maps, filter_numbers, response

# The contrast of a change is lower, so that the photograph remains visible.
_CONTRAST = {"noise": 3.0, "image": 1.0}


def explain(
    model: nn.Module,
    images: np.ndarray,
    *,
    layer: str,
    filters: Sequence[int] | int | str,
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
        images: uint8 (N, H, W, C); the pictures have their size and number of channels.
        layer: as for `find_layer`; a layer before its activation function works best.
        filters: as for `choose_filters`: numbers from 0, how many, or `all`.
        start: `noise` for one picture for each filter, or `image` for one for each filter and
            image, which starts from the image.
        seed, steps, noise: as for `visualise`.
        contrast: as for `visualise`, or `alter` if `start` is `image`. None means 3 for noise and
            1 for images.
        log: gets a line for each picture whose response did not rise, or, from noise, is not above
            that of every image, and one if the ascent ran in float32.

    Returns:
        pictures: float32 (F, H, W, C) in [0, 1]; (F, N, H, W, C) if they start from images.
        details: `activations` (F, N, h, w), the outputs of the layer for the images;
            `objective_start` and `objective_end`, (F,) or (F, N) as the pictures, the responses to
            what the ascent started from and to the pictures; `objective_images` (F, N), the
            responses to the images; `filters` (F,).
        facts: units, the arguments, `precision` of the ascent, `objective_rose` for each picture,
            and, from noise, `beats_every_image` for each picture.

    Raises:
        UserError: unknown layer, filter number too large, no filter, no image.
    """
    if not len(images):
        raise UserError("filters.images: the image sets are empty; name one with images")
    filters = filter_numbers(model, layer, filters, images.shape[1:])
    maps = activation_maps(model, layer, filters, images)
    of_images = response(torch.from_numpy(maps)).numpy()
    contrast = contrast or _CONTRAST[start]
    options = {"seed": seed, "steps": steps, "contrast": contrast}
    if start == "image":
        result = alter(model, layer, filters, images, **options)
    else:
        options |= {"size": images.shape[1:3], "channels": images.shape[3], "noise": noise}
        result = visualise(model, layer, filters, **options)
    warn_of_float32(
        log,
        f"filters of layer {layer!r}",
        result.precision,
        "another picture of the same pattern",
    )
    rose = result.end > result.start
    facts = {
        "layer": layer,
        "seed": seed,
        "start": start,
        "steps": steps,
        "contrast": contrast,
        "noise": noise if start == "noise" else None,
        "precision": result.precision,
        "units": "pictures: intensity from 0 to 1; activations and objectives: output of the layer",
        "objective": "mean over the stronger half of the channel's positions",
        "objective_rose": rose.tolist(),
    }
    if start == "image":
        _warn_of_images(log, layer, filters, rose)
    else:
        beats = (result.end[:, None] > of_images).all(axis=1)
        facts["beats_every_image"] = beats.tolist()
        _warn(log, layer, np.asarray(filters), rose, beats)
    details = {
        "activations": maps,
        "objective_start": result.start,
        "objective_end": result.end,
        "objective_images": of_images,
        "filters": np.asarray(filters, dtype=np.int64),
    }
    return result.pictures, details, facts


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
