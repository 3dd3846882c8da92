"""The responses of filters to images: activation maps, and a number for each map."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.layers import activation, check_filters, choose_filters
from cnnscope.networks.state import borrowed

_IMAGES_AT_ONCE = 32


def activation_maps(
    model: nn.Module, layer: str, filters: Sequence[int], images: np.ndarray
) -> np.ndarray:
    """The activation maps of some filters of a layer on images.

    Args:
        layer: as for `find_layer`.
        filters: numbers of F channels of that layer, from 0.
        images: uint8 (N, H, W, C).

    Returns:
        float32 (F, N, h, w), the output of the layer as it is; h = w = 1 for a linear layer.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    device = device_of(model)
    with borrowed(model), torch.no_grad():
        maps = [
            channel_maps(model, layer, to_tensor(images[i : i + _IMAGES_AT_ONCE], device), filters)
            for i in range(0, len(images), _IMAGES_AT_ONCE)
        ]
    return torch.cat(maps).transpose(0, 1).contiguous().cpu().numpy()


def filter_numbers(
    model: nn.Module, layer: str, wanted: Sequence[int] | int | str, shape: tuple[int, int, int]
) -> Sequence[int]:
    """The numbers of the filters of a layer that are asked for, for images of `shape` (H, W, C).

    Args:
        layer: as for `find_layer`.
        wanted: as for `choose_filters`.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    blank = to_tensor(np.zeros((1, *shape), np.uint8), device_of(model))
    with borrowed(model), torch.no_grad():
        channels = activation(model, layer, blank).shape[1]
    numbers = choose_filters(wanted, channels)
    check_filters(layer, numbers, channels)
    return numbers


def response(maps: torch.Tensor) -> torch.Tensor:
    """The mean over the stronger half of the positions: (..., h, w) to (...)."""
    positions = maps.flatten(-2)
    return positions.topk((positions.shape[-1] + 1) // 2, dim=-1).values.mean(dim=-1)


def channel_maps(
    model: nn.Module, layer: str, images: torch.Tensor, filters: Sequence[int]
) -> torch.Tensor:
    """The maps (N, F, h, w) of some filters; the map of a linear layer has one position."""
    maps = activation(model, layer, images, filters)
    return maps if maps.ndim == 4 else maps[:, :, None, None]
