"""The images of a split that excite a filter most."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from cnnscope.inspection.responses import channel_maps, filter_numbers, response
from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.state import borrowed

_IMAGES_AT_ONCE = 32


def explain(
    model: nn.Module, images: np.ndarray, *, layer: str, filters: Sequence[int] | int, count: int
) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """For each filter the `count` images with the greatest response, strongest first.

    The response is defined as for the pictures of filters (`cnnscope.inspection.ascent`), so that
    both can be compared. Only one batch and the best images so far are held in memory.

    Args:
        images: uint8 (N, H, W, C), may be mapped from a file.
        layer: as for `find_layer`; the network is run only as far as this layer.
        filters: as for `choose_filters`: numbers of channels of that layer, from 0, or how many.
        count: number of images for each filter; all N if there are fewer.

    Returns:
        maps: float32 (F, count, h, w), the activation maps of each filter on its images.
        details: `positions` (F, count), the images' indices in `images`; `responses` (F, count);
            `filters` (F,). Images with equal responses are in the order of `images`.
        facts: units, the arguments.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    device = device_of(model)
    filters = filter_numbers(model, layer, filters, images.shape[1:])
    best = None
    with borrowed(model), torch.no_grad():
        for start in range(0, len(images), _IMAGES_AT_ONCE):
            batch = to_tensor(images[start : start + _IMAGES_AT_ONCE], device)
            maps = channel_maps(model, layer, batch, filters).transpose(0, 1).cpu()
            positions = torch.arange(start, start + len(batch)).expand(len(maps), -1)
            best = _strongest(best, (response(maps), positions, maps), count)
    responses, positions, maps = (part.numpy() for part in best)
    details = {
        "positions": positions,
        "responses": responses,
        "filters": np.asarray(filters, dtype=np.int64),
    }
    facts = {
        "layer": layer,
        "count": count,
        "images": len(images),
        "units": "activations and responses: output of the layer",
        "response": "mean over the stronger half of the channel's positions",
    }
    return maps, details, facts


def _strongest(
    best: tuple[torch.Tensor, ...] | None, candidates: tuple[torch.Tensor, ...], count: int
) -> tuple[torch.Tensor, ...]:
    """Responses (F, k), positions (F, k) and maps (F, k, h, w) of the strongest of both."""
    if best is not None:
        candidates = tuple(torch.cat(pair, dim=1) for pair in zip(best, candidates, strict=True))
    # A stable sort keeps images with equal responses in their order.
    order = candidates[0].argsort(dim=1, descending=True, stable=True)[:, :count]
    rows = torch.arange(len(order))[:, None]
    return tuple(part[rows, order] for part in candidates)
