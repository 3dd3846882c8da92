"""What the class activation maps share: a layer's maps, weighted, added up and enlarged."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from cnnscope.attribution._cam.map_layer import MapLayer, map_layer
from cnnscope.attribution.explanation import Explanation
from cnnscope.networks.classifier import device_of, fixed_batches, to_tensor
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed

# Activations and gradients, both (N, C, h, w), to maps (N, h, w).
Combination = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def maps_by_gradient(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    combine: Combination,
    *,
    layer: str | None,
    units: str,
    log: Callable[[str], None],
) -> Explanation:
    """The maps that a method makes of a layer's activations and the gradients of the target logit.

    The gradient is that of the logit with respect to the output of the layer's last run with a
    map. What leads past the layer, such as a skip connection, adds nothing to it.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        combine: what the method is.
        layer: as for `map_layer`.
        units: of the maps.
        log: as for `explained`.

    Returns:
        As `explained`.

    Raises:
        UserError: as `map_layer`; or the named layer does not run, has no map, or the logits do not
            depend on it.
    """
    chosen = map_layer(model, layer, images.shape[1:])
    device = device_of(model)
    maps = []
    with borrowed(model), pools_first(model, keep=[chosen.module]), torch.enable_grad():
        for rows, batch in fixed_batches(images, "activations"):
            wanted = torch.as_tensor(targets[rows], device=device).long()
            pixels = fast_layout(model, to_tensor(batch, device))
            with chosen.listening(len(batch)):
                logits = model(pixels)
            gradient = chosen.gradient(logits[: len(wanted)].gather(1, wanted[:, None]).sum())
            with torch.no_grad():
                both = (chosen.as_maps(tensor) for tensor in (chosen.output, gradient))
                maps.append(combine(*both)[: len(wanted)])
    return explained(chosen, maps, images.shape[1:3], units, log)


def explained(
    layer: MapLayer,
    maps: list[torch.Tensor],
    size: tuple[int, int],
    units: str,
    log: Callable[[str], None],
) -> Explanation:
    """An explanation made of maps at the size of the layer.

    Args:
        maps: parts of float32 (N, h, w), one after the other.
        size: height and width of the images.
        log: gets a line if maps are zero everywhere.

    Returns:
        attribution: (N, H, W), the maps enlarged to the size of the images, between the centres of
        the positions bilinearly.
        details: `layer_map` (N, h, w).
        facts: `units`, the `layer` and its `role`.
    """
    layer_map = torch.cat(maps)
    flat = [i for i, of_image in enumerate(layer_map) if not of_image.any()]
    if flat:
        log(
            f"images {flat} have maps of zeros: no position of layer {layer.name!r} speaks for "
            "their target"
        )
    # One by one, so that the neighbours of a map decide about nothing.
    enlarged = [enlarge(of_image[None, None], size)[0, 0] for of_image in layer_map]
    return Explanation(
        torch.stack(enlarged).cpu().numpy(),
        {"layer_map": layer_map.cpu().numpy()},
        facts={"units": units} | layer.facts,
    )


def enlarge(maps: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Maps (N, C, h, w) at another height and width; no value leaves the range of its map."""
    return functional.interpolate(maps, size, mode="bilinear", align_corners=False)
