"""Gradient ascent: the picture that raises a filter's response.

The picture starts as white noise, or as a photograph, and climbs the gradient of the filter's
response (Erhan, Bengio, Courville, Vincent 2009, "Visualizing higher-layer features of a deep
network"; Olah, Mordvintsev, Schubert 2017, "Feature Visualization").

The response is the mean over the **stronger half** of the channel's positions. The plain mean is
linear for a first convolution: it sees the mean colour and nothing else, so its picture is flat,
and an edge filter, whose weights sum to 0, has none. In an exciting pattern an edge filter fires
at every other position; the stronger half are those. Like the mean, it does not depend on the size
of the map, no filter is without gradient where the mean has one, and the layer's bias moves it for
pictures and images alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.inspection.climber import Climber, climber
from cnnscope.inspection.fourier import Preconditioner
from cnnscope.inspection.responses import channel_maps, response
from cnnscope.seeds import stream

# Keeps logits finite.
_DARKEST = 1e-3
# The part of the size by which a picture may be shifted that must stay in its place.
_EDGE = 16
_PARTS = ("pictures", "start", "end")
# Standard deviation, in logits, of what tells equal pixels of a photograph apart.
_UNEQUAL = 1e-4


@dataclass
class Filters:
    """Pictures of F filters; with an axis of photographs behind F where they started from some.

    Attributes:
        pictures: float32 (F, H, W, C) in [0, 1].
        start: float32 (F,), the response to what the picture started from.
        end: float32 (F,), the response to the picture.
        precision: `float64`, or `float32` where the model computes in nothing else.
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
    """For each filter the picture that excites it most.

    A picture is the sigmoid of logits y. Step k moves y by 2 / (k + 2) of the way to `contrast`
    times the preconditioned, normalised gradient: conditional gradient ascent (Frank and Wolfe
    1956), which bounds the contrast, needs no step size and forgets the noise it started from.
    Before each step the picture is shifted around its edges at random, so that it fits neither
    the padding nor the grid of the pooling; in the last tenth of the steps it stays in place.

    A picture depends on model, layer, filter, seed and options, not on the other filters: each
    goes through the network alone; on a CPU a batch is no faster.

    Args:
        model: maps float32 images in [0, 1], (N, C, H, W), to logits; run as far as `layer`.
        layer: as for `find_layer`.
        filters: numbers of channels of that layer, from 0.
        size, channels: of the pictures, as the model takes them.
        steps: 100 is enough: 300 give the same pictures, a little finer.
        contrast: root mean square of the logits of the structure.
        noise: standard deviation of the white noise, intensities from 0 to 1.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    with climber(model, layer, filters, size, channels) as on:
        shifts = _shifts(on, layer, seed, steps)
        starts = white_noise(
            filters, layer=layer, seed=seed, size=size, channels=channels, noise=noise
        )
        found = [
            # Mid-grey, of logit 0, is what the structure is added to.
            _ascend(on, layer, number, start, _logit(start), 0.0, shifts, contrast)
            for number, start in zip(
                tqdm(filters, desc=layer, disable=None), _batches(on, starts), strict=True
            )
        ]
    return _collect(found, on.precision)


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
    """For each filter and each photograph what it becomes when it is to excite the filter more.

    As `visualise`, but the structure is added to the logits of the photograph, not to mid-grey:
    the photograph stays, and the change has the contrast. It is shifted by a sixteenth at most,
    for it does not go on behind its edges.

    The first gradient is taken with a little noise on the photograph. Where pixels are equal, as
    on a white ground, so are the inputs of a max pool, and the last bit would choose which of them
    the gradient goes to.

    Args:
        images: uint8 (N, H, W, C).
        contrast: root mean square of the logits of the change; 1 moves mid-grey by a quarter.

    Returns:
        pictures (F, N, H, W, C); `start` and `end` (F, N).

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    size, channels = images.shape[1:3], images.shape[3]
    with climber(model, layer, filters, size, channels) as on:
        shifts = _shifts(on, layer, seed, steps, part=_EDGE)
        rng = stream(seed, "filters", layer, "unequal")
        (unequal,) = _batches(on, rng.normal(0, _UNEQUAL, (1, *images.shape[1:])))
        starts = _batches(on, images / np.float32(255))
        found = [
            _collect(
                (
                    _ascend(on, layer, number, start, base + unequal, base, shifts, contrast)
                    for start, base in zip(starts, map(_logit, starts), strict=True)
                ),
                on.precision,
            )
            for number in tqdm(filters, desc=layer, disable=None)
        ]
    parts = (np.stack([getattr(one, name) for one in found]) for name in _PARTS)
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
        float32 (F, H, W, C) in (0, 1), a stream of random numbers for each filter.
    """
    shape = (*size, channels)
    pictures = [stream(seed, "filters", layer, int(f)).normal(0.5, noise, shape) for f in filters]
    return np.stack(pictures).clip(_DARKEST, 1 - _DARKEST).astype(np.float32)


def _shifts(on: Climber, layer: str, seed: int, steps: int, part: int = 2) -> list[list[int]]:
    """By how many rows and columns the picture is shifted before each step, a `part` at most."""
    # One weight for all places lets the picture go anywhere; a weight for each place does not.
    reach = np.array(on.grey.shape[2:]) // (part if on.positions > 1 else _EDGE)
    shifts = stream(seed, "filters", layer, "shifts").integers(-reach, reach + 1, (steps, 2))
    # The place where it will be seen and measured.
    shifts[steps - steps // 10 :] = 0
    return shifts.tolist()


def _ascend(
    on: Climber,
    layer: str,
    number: int,
    start: torch.Tensor,
    logits: torch.Tensor,
    base: torch.Tensor | float,
    shifts: list[list[int]],
    contrast: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A picture (C, H, W) and the responses to `start`, (1, C, H, W), and to the picture.

    Its logits are those of `base` and a structure of root mean square `contrast`; the ascent
    begins at `logits`.
    """

    def answer(picture: torch.Tensor) -> torch.Tensor:
        return response(channel_maps(on.network, layer, picture, [number]))[0, 0]

    preconditioner = Preconditioner(start.shape[2:], start.shape[1], start)
    for step, shift in enumerate(shifts):
        logits.requires_grad_()
        shifted = torch.roll(torch.sigmoid(logits), shift, dims=(2, 3))
        (gradient,) = torch.autograd.grad(answer(shifted), logits)
        aim = base + contrast * preconditioner.direction(gradient)
        logits = torch.lerp(logits.detach(), aim, 2 / (step + 2))
    with torch.no_grad():
        picture = torch.sigmoid(logits)
        return picture[0], answer(start), answer(picture)


def _batches(on: Climber, pictures: np.ndarray) -> Sequence[torch.Tensor]:
    """(N, H, W, C) as the network takes them, each alone: (1, C, H, W)."""
    return torch.from_numpy(pictures).to(on.grey).permute(0, 3, 1, 2).split(1)


def _logit(picture: torch.Tensor) -> torch.Tensor:
    return torch.logit(picture.clamp(_DARKEST, 1 - _DARKEST))


def _collect(found: Iterable[tuple[torch.Tensor, ...]], precision: str) -> Filters:
    pictures, start, end = (
        torch.stack(part).float().cpu().numpy() for part in zip(*found, strict=True)
    )
    return Filters(np.ascontiguousarray(pictures.transpose(0, 2, 3, 1)), start, end, precision)
