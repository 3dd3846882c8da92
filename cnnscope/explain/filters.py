"""What a filter looks for: the picture that excites it most, and where it fires on images.

The picture starts as white noise and climbs the gradient of the filter's response (Erhan, Bengio,
Courville, Vincent 2009, "Visualizing higher-layer features of a deep network"; Olah, Mordvintsev,
Schubert 2017, "Feature Visualization").

The response is the mean over the **stronger half** of the channel's positions. The plain mean is
linear for a first convolution: it sees the mean colour and nothing else, so its picture is flat,
and an edge filter, whose weights sum to 0, has none. In an exciting pattern an edge filter fires
at every other position; the stronger half are those. Like the mean, it does not depend on the size
of the map, no filter is without gradient where the mean has one, and the layer's bias moves it for
pictures and images alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.explain.fourier import Preconditioner
from cnnscope.models.classifier import to_tensor
from cnnscope.models.layers import activation, find_layer
from cnnscope.models.pooling import pools_first
from cnnscope.models.state import borrowed
from cnnscope.seeds import stream

_IMAGES_AT_ONCE = 32
# Keeps the logit of the noise finite.
_DARKEST = 1e-3


@dataclass
class Filters:
    """Pictures of F filters.

    Attributes:
        pictures: float32 (F, H, W, C) in [0, 1].
        start: float32 (F,), the response to the white noise.
        end: float32 (F,), the response to the picture.
    """

    pictures: np.ndarray
    start: np.ndarray
    end: np.ndarray


def explain(
    model: nn.Module,
    images: np.ndarray,
    *,
    layer: str,
    filters: Sequence[int],
    seed: int,
    steps: int = 100,
    contrast: float = 3.0,
    noise: float = 0.1,
    log: Callable[[str], None] = print,
) -> tuple[np.ndarray, dict[str, np.ndarray], dict]:
    """The pictures of some filters of one layer, and the filters' activation maps on images.

    Args:
        model: maps float32 images in [0, 1], (N, C, H, W), to logits.
        images: uint8 (N, H, W, C); the pictures get their size and channels.
        layer: as for `find_layer`; best one before its activation function.
        filters, seed, steps, contrast, noise: as for `visualise`.

    Returns:
        pictures: float32 (F, H, W, C) in [0, 1].
        details: `activations` (F, N, h, w), `objective_start` and `objective_end` (F,),
            `objective_images` (F, N), `filters` (F,).
        facts: units, the arguments, and for each filter whether its response rose and whether
            its picture beats every image. Where not, `log` gets a line.

    Raises:
        UserError: unknown layer, filter number too large, no filter.
    """
    maps = activation_maps(model, layer, filters, images)
    found = visualise(
        model,
        layer,
        filters,
        seed=seed,
        size=images.shape[1:3],
        channels=images.shape[3],
        steps=steps,
        contrast=contrast,
        noise=noise,
    )
    of_images = response(torch.from_numpy(maps)).numpy()
    rose = found.end > found.start
    beats = (found.end[:, None] > of_images).all(axis=1)
    _warn(log, layer, np.asarray(filters), rose, beats)
    details = {
        "activations": maps,
        "objective_start": found.start,
        "objective_end": found.end,
        "objective_images": of_images,
        "filters": np.asarray(filters, dtype=np.int64),
    }
    facts = {
        "layer": layer,
        "seed": seed,
        "steps": steps,
        "contrast": contrast,
        "noise": noise,
        "units": "pictures: intensity from 0 to 1; activations and objectives: output of the layer",
        "objective": "mean over the stronger half of the channel's positions",
        "objective_rose": rose.tolist(),
        "beats_every_image": beats.tolist(),
    }
    return found.pictures, details, facts


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
    goes through the network alone. The ascent is chaotic, and the rounding of another batch size
    leads to another picture of the same pattern; on a CPU a batch is no faster besides.

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
    device = next(model.parameters()).device
    with borrowed(model), torch.enable_grad():
        reach = _reach(model, layer, filters, torch.full((1, channels, *size), 0.5, device=device))
        shifts = stream(seed, "filters", layer, "shifts").integers(-reach, reach + 1, (steps, 2))
        # The place where it will be seen and measured.
        shifts[steps - steps // 10 :] = 0
        starts = white_noise(
            filters, layer=layer, seed=seed, size=size, channels=channels, noise=noise
        )
        starts = torch.from_numpy(starts).to(device).permute(0, 3, 1, 2)
        with pools_first(model, keep=[find_layer(model, layer)]):
            found = [
                _ascend(model, layer, number, start[None], shifts.tolist(), contrast)
                for number, start in zip(
                    tqdm(filters, desc=layer, disable=None), starts, strict=True
                )
            ]
    pictures, start, end = (torch.stack(part).cpu().numpy() for part in zip(*found, strict=True))
    return Filters(np.ascontiguousarray(pictures.transpose(0, 2, 3, 1)), start, end)


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


def activation_maps(
    model: nn.Module, layer: str, filters: Sequence[int], images: np.ndarray
) -> np.ndarray:
    """Where filters fire on images: the channels of the layer, raw.

    Args:
        images: uint8 (N, H, W, C).

    Returns:
        float32 (F, N, h, w), in the layer's own units and size; h = w = 1 for a linear layer.

    Raises:
        UserError: unknown layer, filter number too large.
    """
    device = next(model.parameters()).device
    with borrowed(model), torch.no_grad():
        maps = [
            _channels(model, layer, to_tensor(images[i : i + _IMAGES_AT_ONCE], device), filters)
            for i in range(0, len(images), _IMAGES_AT_ONCE)
        ]
    return torch.cat(maps).transpose(0, 1).contiguous().cpu().numpy()


def response(maps: torch.Tensor) -> torch.Tensor:
    """The mean over the stronger half of the positions: (..., h, w) to (...)."""
    positions = maps.flatten(-2)
    return positions.topk((positions.shape[-1] + 1) // 2, dim=-1).values.mean(dim=-1)


def _reach(
    model: nn.Module, layer: str, filters: Sequence[int], picture: torch.Tensor
) -> np.ndarray:
    """How far a picture may be shifted, in rows and columns."""
    with torch.no_grad():
        maps = _channels(model, layer, picture, filters)
    # One weight for all places lets the picture go anywhere; a weight for each place does not.
    part = 2 if maps[0, 0].numel() > 1 else 16
    return np.array(picture.shape[2:]) // part


def _ascend(
    model: nn.Module,
    layer: str,
    number: int,
    start: torch.Tensor,
    shifts: list[list[int]],
    contrast: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A picture (C, H, W) and the responses to `start`, (1, C, H, W), and to the picture."""

    def answer(picture: torch.Tensor) -> torch.Tensor:
        # This layout makes a convolution of one picture a fifth faster.
        picture = picture.contiguous(memory_format=torch.channels_last)
        return response(_channels(model, layer, picture, [number]))[0, 0]

    preconditioner = Preconditioner(start.shape[2:], start.shape[1], start.device)
    logits = torch.logit(start)
    for step, shift in enumerate(shifts):
        logits.requires_grad_()
        shifted = torch.roll(torch.sigmoid(logits), shift, dims=(2, 3))
        (gradient,) = torch.autograd.grad(answer(shifted), logits)
        aim = contrast * preconditioner.direction(gradient)
        logits = torch.lerp(logits.detach(), aim, 2 / (step + 2))
    with torch.no_grad():
        picture = torch.sigmoid(logits)
        return picture[0], answer(start), answer(picture)


def _channels(
    model: nn.Module, layer: str, images: torch.Tensor, filters: Sequence[int]
) -> torch.Tensor:
    """The maps (N, F, h, w) of some filters; a linear layer has maps of one position."""
    maps = activation(model, layer, images, filters)
    return maps if maps.ndim == 4 else maps[:, :, None, None]


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
