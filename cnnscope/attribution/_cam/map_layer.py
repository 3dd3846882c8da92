"""The layer whose maps are weighted: the last one with a spatial map, or the one that is named."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from cnnscope.errors import UserError
from cnnscope.networks.layers import find_layer, users_network
from cnnscope.networks.state import borrowed

# What they give may be finer than what they are given, with the same values repeated.
_REGRIDDING = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Upsample)


@dataclass(frozen=True)
class MapLayer:
    """A layer whose output has a place in the image for each of its positions.

    Attributes:
        name: as for `find_layer`.
        module: the layer itself.
        run: which of its runs in a forward pass counts, from 0: its last one with such an output.
        size: height and width of its maps.
        as_maps: the output of the layer, or a gradient of its shape -> float32 (N, C, h, w).
        chosen: whether it was found, not named.
    """

    name: str
    module: nn.Module
    run: int
    size: tuple[int, int]
    as_maps: Callable[[torch.Tensor], torch.Tensor]
    chosen: bool

    @property
    def facts(self) -> dict:
        """What the facts of an explanation say of the layer."""
        role = f"{self.size[0]} x {self.size[1]} positions"
        role = f"last with a map, {role}" if self.chosen else role
        return {"layer": self.name, "role": role}


def find_map_layer(model: nn.Module, wanted: str | None, shape: tuple[int, int, int]) -> MapLayer:
    """The last layer with a spatial map on which the logits depend, or the layer of a name.

    A picture of noise goes through the model once, so that the layer follows from the model and the
    size of the images alone. Read as maps are the outputs (N, C, h, w), those with the channels
    last, (N, h, w, C), and the tokens of transformers, (N, h * w, C) or with a class token before
    them, all with more than one position. Of modules that pass one map on, the outermost counts,
    such as `layer4` of a ResNet. If no name is given, then

    - the map has the proportions of the image, up to one row or column;
    - adaptive pools are passed over, because they may repeat the values of a coarser map;
    - tokens are taken behind a norm alone, because attention has products of other shapes.

    Behind the last attention of a vision transformer only the class token is read. The layer is
    then the norm before that attention.

    Args:
        wanted: as for `find_layer`, or None.
        shape: (H, W, C) of an image.

    Raises:
        UserError: there is no layer of the name; it does not run or has no spatial map; the logits
            do not depend on it; no layer has a map; tokens cannot be read as one.
    """
    if wanted is None:
        modules = {name: module for name, module in users_network(model).named_modules() if name}
    else:
        modules = {wanted: find_layer(model, wanted)}
    with borrowed(model), torch.enable_grad():
        outputs, logits = _outputs(model, modules, shape)
        score = (logits * torch.linspace(1, 2, logits.shape[1], device=logits.device)).sum()
        for name, run, output in reversed(outputs):
            module = modules[name]
            if wanted is None and _is_passed_over(module, output):
                continue
            size, as_maps = _reading(output, shape, strict=wanted is None) or (None, None)
            if _depends(score, output, as_maps or (lambda raw: raw)):
                if size and size != (1, 1):
                    return MapLayer(name, module, run, size, as_maps, wanted is None)
                if output.ndim == 3 and wanted is None:
                    raise UserError(
                        f"layer: the tokens {tuple(output.shape)} of {name!r} are no map of the "
                        "image that can be told; name a layer that has one"
                    )
    raise UserError(_refusal(wanted, outputs))


def _outputs(
    model: nn.Module, modules: Mapping[str, nn.Module], shape: tuple[int, int, int]
) -> tuple[list[tuple[str, int, torch.Tensor]], torch.Tensor]:
    """Name, number of the run and output of every module, in the order of the forward pass."""
    outputs: list[tuple[str, int, torch.Tensor]] = []
    runs = dict.fromkeys(modules, 0)

    def note(name: str, module: nn.Module, args: tuple, output: object) -> None:
        if isinstance(output, torch.Tensor):
            outputs.append((name, runs[name], output))
        runs[name] += 1

    height, width, channels = shape
    noise = torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(0))
    picture = noise.to(next(model.parameters()).device).requires_grad_()
    with ExitStack() as hooks:
        for name, module in modules.items():
            hooks.callback(module.register_forward_hook(partial(note, name)).remove)
        # A copy, because a model may write into its input, which a leaf does not allow.
        return outputs, model(picture.clone())


def _is_passed_over(module: nn.Module, output: torch.Tensor) -> bool:
    is_norm = "Norm" in type(module).__name__
    return isinstance(module, _REGRIDDING) or (output.ndim == 3 and not is_norm)


def _reading(
    output: torch.Tensor, shape: tuple[int, int, int], *, strict: bool
) -> tuple[tuple[int, int], Callable] | None:
    """Size of the maps and how to read them; None for an output that is none.

    Args:
        strict: whether maps of other proportions than the image are none.
    """
    height, width, _ = shape

    def fits(rows: int, columns: int) -> bool:
        return abs(rows * width - columns * height) <= max(height, width)

    if len(output) != 1:
        return None
    if output.ndim == 4:
        first, last = tuple(output.shape[2:]), tuple(output.shape[1:3])
        if fits(*last) and not fits(*first):
            return last, _channels_last
        return (first, _channels_first) if fits(*first) or not strict else None
    for before in (0, 1) if output.ndim == 3 else ():
        positions = output.shape[1] - before
        rows = round((positions * height / width) ** 0.5)
        if rows and rows * (positions // rows) == positions and fits(rows, positions // rows):
            size = (rows, positions // rows)
            return size, partial(_tokens, before, size)
    return None


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


def _refusal(wanted: str | None, outputs: list[tuple[str, int, torch.Tensor]]) -> str:
    if wanted is None:
        return "layer: no layer of this model has a spatial map that its logits depend on"
    if not outputs:
        return f"layer: {wanted!r} does not run or gives no tensor; name another or use null"
    shapes = " and ".join(dict.fromkeys(str(tuple(output.shape)) for *_, output in outputs))
    return (
        f"layer: {wanted!r} gives {shapes}, no spatial map that the logits depend on; name "
        "another or use null, the last one that has a map"
    )
