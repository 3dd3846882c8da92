"""The layer whose maps are weighted: the last one with a spatial map, or the one that is named."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

import torch
from torch import nn

from cnnscope.errors import RefusalError, UserError
from cnnscope.networks.classifier import device_of
from cnnscope.networks.layers import find_layer, users_network
from cnnscope.networks.state import borrowed

# The height and the width of maps, and how an output becomes float32 (N, C, h, w).
Reading = tuple[tuple[int, int], Callable[[torch.Tensor], torch.Tensor]]
# What they give may be finer than what they are given, with the same values repeated.
_REGRIDDING = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Upsample)


class MapLayer:
    """A layer whose output has a place in the image for each of its positions.

    Args:
        name: as for `find_layer`.
        module: the layer itself.
        shape: (H, W, C) of the images.
        chosen: whether it was found, not named.

    Attributes:
        output: what the layer gave in the last pass in a block of `listening`: that of the last run
            with a map. A leaf that needs a gradient, so the layers before it are not
            differentiated.
    """

    def __init__(
        self, name: str, module: nn.Module, shape: tuple[int, int, int], *, chosen: bool
    ) -> None:
        self.name, self.module = name, module
        self.output: torch.Tensor | None = None
        self._shape, self._chosen = shape, chosen
        self._seen: list[torch.Tensor] = []

    @contextmanager
    def listening(self, count: int) -> Iterator[None]:
        """Note the output of the layer in a pass of `count` images in this block.

        What follows the layer gets a copy, because it may work in place.

        Raises:
            UserError: the layer does not run or gives no map.
        """
        self.output, self._seen = None, []
        handle = self.module.register_forward_hook(partial(self._note, count))
        try:
            yield
        finally:
            handle.remove()
        if self.output is None:
            raise UserError(refusal(self.name, self._seen))

    def gradient(self, score: torch.Tensor) -> torch.Tensor:
        """The derivative of a score with respect to the output, in its shape.

        Raises:
            UserError: the score does not depend on it.
        """
        found = None
        if score.requires_grad:
            (found,) = torch.autograd.grad(score, self.output, allow_unused=True)
        if found is None:
            raise UserError(refusal(self.name, self._seen))
        return found

    def as_maps(self, tensor: torch.Tensor) -> torch.Tensor:
        """The output of the layer, or a gradient of its shape, as float32 (N, C, h, w)."""
        return self._reading(self.output)[1](tensor)

    @property
    def facts(self) -> dict:
        """What the facts of an explanation say of the layer."""
        height, width = self._reading(self.output)[0]
        role = f"{height} x {width} positions"
        role = f"last with a map, {role}" if self._chosen else role
        return {"layer": self.name, "role": role}

    def _reading(self, output: torch.Tensor) -> Reading | None:
        return read_as_maps(output, self._shape, strict=self._chosen)

    def _note(
        self, count: int, module: nn.Module, args: tuple, output: object
    ) -> torch.Tensor | None:
        if not isinstance(output, torch.Tensor):
            return None
        self._seen.append(output)
        # Windows of images, of which attention has more than images, are no maps.
        if len(output) != count or self._reading(output) is None:
            return None
        self.output = output.detach().requires_grad_()
        return self.output.clone()


def map_layer(model: nn.Module, wanted: str | None, shape: tuple[int, int, int]) -> MapLayer:
    """The layer of a name, or the last one with a spatial map on which the logits depend.

    Read as maps are the outputs (N, C, h, w), those with the channels last, (N, h, w, C), and the
    tokens of transformers, (N, h * w, C) or with a class token before them, all with more than one
    position. If no name is given, a picture of noise goes through the model once, so that the layer
    follows from the model and the size of the images alone. Of modules that pass one map on, the
    outermost counts, such as `layer4` of a ResNet, and then

    - the map has the proportions of the image, up to one row or column;
    - adaptive pools are passed over, because they may repeat the values of a coarser map;
    - tokens are taken behind a norm alone, because attention has products of other shapes.

    Behind the last attention of a vision transformer only the class token is read. The layer is
    then the norm before that attention.

    Args:
        wanted: as for `find_layer`, or None.
        shape: (H, W, C) of an image.

    Raises:
        UserError: there is no layer of the name; no layer has a map that the logits depend on;
            tokens cannot be read as one.
    """
    if wanted is not None:
        return MapLayer(wanted, find_layer(model, wanted), shape, chosen=False)
    modules = {name: module for name, module in users_network(model).named_modules() if name}
    with borrowed(model), torch.enable_grad():
        outputs, logits = _outputs(model, modules, shape)
        score = (logits * torch.linspace(1, 2, logits.shape[1], device=logits.device)).sum()
        for name, output in reversed(outputs):
            reading = read_as_maps(output, shape, strict=True) if len(output) == 1 else None
            tokens = output.ndim == 3
            if _is_passed_over(modules[name], output) or not (reading or tokens):
                continue
            if _depends(score, output, reading[1] if reading else torch.clone):
                if reading:
                    return MapLayer(name, modules[name], shape, chosen=True)
                raise UserError(
                    f"layer: the tokens {tuple(output.shape)} of {name!r} are no map of the image "
                    "that can be told; name a layer that has one"
                )
    raise RefusalError("layer: no layer of this model has a spatial map that its logits depend on")


def _outputs(
    model: nn.Module, modules: Mapping[str, nn.Module], shape: tuple[int, int, int]
) -> tuple[list[tuple[str, torch.Tensor]], torch.Tensor]:
    """Name and output of every run of a module in the order of the forward pass, and the logits."""
    outputs: list[tuple[str, torch.Tensor]] = []

    def note(name: str, module: nn.Module, args: tuple, output: object) -> None:
        if isinstance(output, torch.Tensor):
            outputs.append((name, output))

    height, width, channels = shape
    noise = torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(0))
    picture = noise.to(device_of(model)).requires_grad_()
    with ExitStack() as hooks:
        for name, module in modules.items():
            hooks.callback(module.register_forward_hook(partial(note, name)).remove)
        # A copy, because a model may write into its input, which a leaf does not allow.
        return outputs, model(picture.clone())


def _is_passed_over(module: nn.Module, output: torch.Tensor) -> bool:
    is_norm = "Norm" in type(module).__name__
    return isinstance(module, _REGRIDDING) or (output.ndim == 3 and not is_norm)


def read_as_maps(
    output: torch.Tensor, shape: tuple[int, int, int], *, strict: bool
) -> Reading | None:
    """How an output is read as maps of more than one position; None for one that is none.

    Args:
        shape: (H, W, C) of the images.
        strict: whether maps of other proportions than the image are none.
    """
    height, width, _ = shape

    def fits(rows: int, columns: int) -> bool:
        return abs(rows * width - columns * height) <= max(height, width)

    reading = None
    if output.ndim == 4:
        first, last = tuple(output.shape[2:]), tuple(output.shape[1:3])
        if fits(*last) and not fits(*first):
            reading = last, _channels_last
        elif fits(*first) or not strict:
            reading = first, _channels_first
    for before in (0, 1) if output.ndim == 3 else ():
        positions = output.shape[1] - before
        rows = round((positions * height / width) ** 0.5)
        size = (rows, positions // max(rows, 1))
        if rows * size[1] == positions and fits(*size) and reading is None:
            reading = size, partial(_tokens, before, size)
    return reading if reading and math.prod(reading[0]) > 1 else None


def _channels_first(output: torch.Tensor) -> torch.Tensor:
    return output.float()


def _channels_last(output: torch.Tensor) -> torch.Tensor:
    return output.permute(0, 3, 1, 2).float()


def _tokens(before: int, size: tuple[int, int], output: torch.Tensor) -> torch.Tensor:
    return output[:, before:].transpose(1, 2).unflatten(2, size).float()


def _depends(score: torch.Tensor, output: torch.Tensor, as_maps: Callable) -> bool:
    """Whether the logits depend on some position of the output."""
    if not (score.requires_grad and output.requires_grad):
        return False
    (gradient,) = torch.autograd.grad(score, output, retain_graph=True, allow_unused=True)
    if gradient is None:
        return False
    # A map may be dead on noise; but tokens that are not read always have gradients of 0.
    return output.ndim == 4 or bool(as_maps(gradient).any())


def refusal(name: str, outputs: list[torch.Tensor]) -> str:
    """Why a layer with these outputs has no map to explain by."""
    if not outputs:
        return f"layer: {name!r} does not run or gives no tensor; name another or use null"
    shapes = " and ".join(dict.fromkeys(str(tuple(output.shape)) for output in outputs))
    return (
        f"layer: {name!r} gives {shapes}, no spatial map that the logits depend on; name another "
        "or use null, the last one that has a map"
    )
