"""The activation maps of all channels of layers."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.classifier import device_of, to_tensor
from cnnscope.networks.layers import select_layers
from cnnscope.networks.state import borrowed

# A spread below this share of the largest absolute value is rounding.
_ROUNDING = 1e-6


@dataclass
class Activations:
    """The output of a layer for N images.

    Attributes:
        kind: the type of the layer, such as "Conv2d".
        maps: float32 (N, C, h, w), not normalised; h = w = 1 for a linear layer.
        dead: numbers of the channels that are constant over all images and positions.
    """

    kind: str
    maps: np.ndarray
    dead: list[int]


def explain(
    model: nn.Module,
    images: np.ndarray,
    *,
    layers: str | Sequence[str] | Mapping = "all",
    log: Callable[[str], None] = print,
) -> dict[str, Activations]:
    """The outputs of layers for images, by layer, in the order of the forward pass.

    Each image goes through the network once and alone, so its maps do not depend on the others.
    All maps are held in memory. Of a layer that runs twice, the first output counts. A later layer
    that works in place does not change it.

    Args:
        images: uint8 (N, H, W, C).
        layers: as for `select_layers`.
        log: gets a line for each layer that is left out, because it does not run or its output is
            neither (N, C, h, w) nor (N, K). This happens only if the layers are not named singly.

    Raises:
        UserError: no image, unknown layer or type, or a singly named layer without such an output.
    """
    if not len(images):
        raise UserError("activations.images: the image sets are empty; name one with images")
    modules = select_layers(model, layers)
    seen = [_outputs(model, modules, image) for image in images]
    activations, unfit = {}, [name for name in modules if name not in seen[0]]
    for name in list(seen[0]):
        outputs = [of_image.pop(name) for of_image in seen]
        if any(output is None for output in outputs):
            unfit.append(name)
            continue
        maps = np.concatenate(outputs)
        activations[name] = Activations(type(modules[name]).__name__, maps, dead_channels(maps))
    for name in unfit:
        line = f"layer {name!r} does not run or gives no (images, channels, height, width)"
        if not isinstance(layers, str | Mapping):
            raise UserError(f"activations.layers: {line}; leave it out")
        log(f"{line}: left out")
    return activations


def dead_channels(maps: np.ndarray) -> list[int]:
    """The numbers of the constant channels of `maps`, (N, C, h, w).

    Empty if each channel has a single value, which is constant in any case.
    """
    if maps.size == maps.shape[1]:
        return []
    low, high = maps.min(axis=(0, 2, 3)), maps.max(axis=(0, 2, 3))
    largest = np.maximum(np.abs(low), np.abs(high))
    return np.flatnonzero(high - low <= _ROUNDING * largest).tolist()


def _outputs(
    model: nn.Module, modules: Mapping[str, nn.Module], image: np.ndarray
) -> dict[str, np.ndarray | None]:
    """For one image, the output (1, C, h, w) of each module that runs; None for other shapes."""
    outputs: dict[str, np.ndarray | None] = {}

    def listen(name: str) -> Callable:
        def note(module: nn.Module, args: tuple, output: object) -> None:
            if name not in outputs:
                outputs[name] = _as_maps(output)

        return note

    with ExitStack() as hooks, borrowed(model), torch.no_grad():
        for name, module in modules.items():
            hooks.callback(module.register_forward_hook(listen(name)).remove)
        model(to_tensor(image[None], device_of(model)))
    return outputs


def _as_maps(output: object) -> np.ndarray | None:
    fits = isinstance(output, torch.Tensor) and output.ndim in (2, 4) and len(output) == 1
    if not fits:
        return None
    maps = output if output.ndim == 4 else output[:, :, None, None]
    # Copied, because a later layer may change it in place.
    return np.array(maps.float().cpu().numpy(), copy=True)
