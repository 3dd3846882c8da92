"""Gradient ascent: find the picture that raises a filter's response most.

The picture starts as white noise, or as a photograph, and is changed along the gradient of the
filter's response (Erhan, Bengio, Courville, Vincent 2009, "Visualizing higher-layer features of a
deep network"; Olah, Mordvintsev, Schubert 2017, "Feature Visualization").

The response is the mean over the **stronger half** of the channel's positions. The mean over all
positions would not do: for the first convolution it depends on the mean colour of the picture
alone. Its picture would be one flat colour, and an edge filter, whose weights sum to 0, would have
none. In the pattern that excites it most, an edge filter fires at every other position, and the
stronger half consists of these positions. In other respects this response behaves like the mean:
it does not depend on the size of the map, it has a gradient wherever the mean has one, and the
layer's bias shifts it by the same amount for pictures and images.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.inspection.climber import Climber, climber
from cnnscope.inspection.fourier import Preconditioner
from cnnscope.inspection.responses import channel_maps, response
from cnnscope.inspection.steps import DARKEST, climb, to_logits
from cnnscope.seeds import stream

# A picture that must roughly keep its place is shifted by at most 1 / _EDGE of its size.
_EDGE = 16
_PARTS = ("pictures", "start", "end")
# Standard deviation, in logits, of the noise that makes equal pixels of a photograph differ.
_UNEQUAL = 1e-4


@dataclass
class Filters:
    """Pictures of F filters. Where they started from N photographs, F is followed by an axis N.

    Attributes:
        pictures: float32 (F, H, W, C) in [0, 1].
        start: float32 (F,), the response to what the picture started from.
        end: float32 (F,), the response to the picture.
        precision: precision of the ascent: `float64`, or `float32` where the model supports only
            that.
    """

    pictures: np.ndarray
    start: np.ndarray
    end: np.ndarray
    precision: str


def visualise(
    model: nn.Module,
    layer: str,
    filters: Sequence[int],
    *,
    seed: int,
    size: tuple[int, int],
    channels: int,
    steps: int = 100,
    contrast: float = 3.0,
    noise: float = 0.1,
) -> Filters:
    """For each filter, the picture that excites it most.

    The steps are those of `climb`. Before each the picture is shifted at random, and what leaves at
    one edge comes back at the opposite one, so that the picture adapts neither to the padding nor
    to the grid of the pooling. In the last tenth of the steps it is not shifted.

    A picture depends on the model, layer, filter, seed and options, but not on the other filters,
    because each goes through the network alone. On a CPU, a batch would be no faster.

    Args:
        model: maps float32 images in [0, 1], (N, C, H, W), to logits; run only as far as `layer`.
        layer: as for `find_layer`.
        filters: numbers of channels of that layer, from 0.
        seed: of the noise and the shifts.
        size: height and width of the pictures.
        channels: of the pictures, as many as the model takes.
        steps: 100 is enough: 300 give the same pictures, a little finer.
        contrast: root mean square of the logits of the picture, without its mean colour.
        noise: standard deviation of the white noise, for intensities from 0 to 1.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    with climber(model, _maps_of(layer, filters), size, channels, keep=layer) as on:
        shifts = _shifts(on, layer, seed, steps)
        starts = white_noise(
            filters, layer=layer, seed=seed, size=size, channels=channels, noise=noise
        )
        results = [
            # The pattern is added to mid-grey, whose logit is 0.
            _ascend(on, layer, number, start, to_logits(start), 0.0, shifts, contrast)
            for number, start in zip(
                tqdm(filters, desc=layer, disable=None), _batches(on, starts), strict=True
            )
        ]
    return _collect(results, on.precision)


def alter(
    model: nn.Module,
    layer: str,
    filters: Sequence[int],
    images: np.ndarray,
    *,
    seed: int,
    steps: int = 100,
    contrast: float = 1.0,
) -> Filters:
    """For each filter and each photograph, the photograph changed so that it excites the filter.

    As `visualise`, but the pattern is added to the logits of the photograph instead of mid-grey,
    so that the photograph remains visible, and `contrast` is that of the change. The photograph
    is shifted by at most a sixteenth of its size: unlike a pattern, it does not continue across
    its edges.

    For the first gradient, a little noise is added to the photograph. Equal pixels, such as those
    of a white background, are equal inputs of a max pool, and rounding errors alone would decide
    which of them gets the gradient.

    Args:
        images: uint8 (N, H, W, C).
        seed: of the noise and the shifts.
        contrast: root mean square of the logits of the change. A change of 1 moves mid-grey by
            about a quarter of the range of intensities.

    Returns:
        `pictures` (F, N, H, W, C), `start` and `end` (F, N).

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    size, channels = images.shape[1:3], images.shape[3]
    with climber(model, _maps_of(layer, filters), size, channels, keep=layer) as on:
        shifts = _shifts(on, layer, seed, steps, part=_EDGE)
        rng = stream(seed, "filters", layer, "unequal")
        (unequal,) = _batches(on, rng.normal(0, _UNEQUAL, (1, *images.shape[1:])))
        starts = _batches(on, images / np.float32(255))
        results = [
            _collect(
                (
                    _ascend(on, layer, number, start, base + unequal, base, shifts, contrast)
                    for start, base in zip(starts, map(to_logits, starts), strict=True)
                ),
                on.precision,
            )
            for number in tqdm(filters, desc=layer, disable=None)
        ]
    parts = (np.stack([getattr(result, name) for result in results]) for name in _PARTS)
    return Filters(*parts, on.precision)


def white_noise(
    filters: Sequence[int],
    *,
    layer: str,
    seed: int,
    size: tuple[int, int],
    channels: int,
    noise: float,
) -> np.ndarray:
    """The pictures from which the ascent starts: independent pixels around mid-grey.

    Returns:
        float32 (F, H, W, C) in (0, 1). The noise of a filter depends on `seed`, `layer` and its
        own number, not on the other filters.
    """
    shape = (*size, channels)
    pictures = [stream(seed, "filters", layer, int(f)).normal(0.5, noise, shape) for f in filters]
    return np.stack(pictures).clip(DARKEST, 1 - DARKEST).astype(np.float32)


def _maps_of(
    layer: str, filters: Sequence[int]
) -> Callable[[nn.Module, torch.Tensor], torch.Tensor]:
    """What a network and a picture are asked for: the maps of the filters."""
    return lambda network, picture: channel_maps(network, layer, picture, filters)


def _shifts(
    on: Climber[torch.Tensor], layer: str, seed: int, steps: int, part: int = 2
) -> list[list[int]]:
    """Rows and columns to shift the picture by before each step, at most 1 / `part` of its size."""
    # A convolution responds alike wherever its pattern is, so the picture may be shifted far. A
    # layer whose map has one position, such as a linear one, weights each input position by itself.
    reach = np.array(on.grey.shape[2:]) // (part if on.tried[0, 0].numel() > 1 else _EDGE)
    shifts = stream(seed, "filters", layer, "shifts").integers(-reach, reach + 1, (steps, 2))
    # End where the picture will be shown and its response measured.
    shifts[steps - steps // 10 :] = 0
    return shifts.tolist()


def _ascend(
    on: Climber[torch.Tensor],
    layer: str,
    number: int,
    start: torch.Tensor,
    logits: torch.Tensor,
    base: torch.Tensor | float,
    shifts: list[list[int]],
    contrast: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One ascent, which begins at `logits`.

    The logits of the resulting picture are `base` plus a pattern of root mean square `contrast`.

    Returns:
        The picture (C, H, W), the response to `start` (1, C, H, W), and that to the picture.
    """

    def answer(picture: torch.Tensor) -> torch.Tensor:
        return response(channel_maps(on.network, layer, picture, [number]))[0, 0]

    views = [partial(torch.roll, shifts=shift, dims=(2, 3)) for shift in shifts]
    preconditioner = Preconditioner(start.shape[2:], start.shape[1], start)
    logits = climb(answer, logits, base, views, contrast, preconditioner)
    with torch.no_grad():
        picture = torch.sigmoid(logits)
        return picture[0], answer(start), answer(picture)


def _batches(on: Climber[torch.Tensor], pictures: np.ndarray) -> Sequence[torch.Tensor]:
    """Pictures (N, H, W, C) as N inputs of the network, (1, C, H, W)."""
    return torch.from_numpy(pictures).to(on.grey).permute(0, 3, 1, 2).split(1)


def _collect(results: Iterable[tuple[torch.Tensor, ...]], precision: str) -> Filters:
    pictures, start, end = (
        torch.stack(part).float().cpu().numpy() for part in zip(*results, strict=True)
    )
    return Filters(np.ascontiguousarray(pictures.transpose(0, 2, 3, 1)), start, end, precision)
