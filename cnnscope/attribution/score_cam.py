"""Score-CAM: the channels of a layer by how much of a class they alone let through."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from cnnscope.attribution._cam.map_layer import MapLayer, map_layer
from cnnscope.attribution._cam.maps import enlarge, explained
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.networks.classifier import device_of, fixed_batches, to_tensor
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.pooling import pools_first
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Score-CAM",
    summary="Score-CAM: the channels of a layer, weighted by the score of what they let through",
    paper="Wang et al. 2020, Score-CAM: Score-Weighted Visual Explanations for Convolutional "
    "Neural Networks, https://arxiv.org/abs/1910.01279",
    units="mean activation of the layer",
    signed=False,
    options={"layer": None},
)
# Masked copies of an image that go through the network at once; those of two images never do.
_MASKED = 16


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    layer: str | None = None,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The channels of a layer, weighted by the logit of the image that each lets through.

    Wang, Wang, Du, Yang, Zhang, Ding, Mardziel, Hu 2020, "Score-CAM: Score-Weighted Visual
    Explanations for Convolutional Neural Networks", https://arxiv.org/abs/1910.01279, algorithm 1.
    Each channel is enlarged, brought to 0 to 1 and multiplied with the image in [0, 1], so that it
    hides by black. The softmax over the channels of the target's logits are the weights; the logit
    of a black image, which the paper subtracts from each, would cancel in it. No gradient is used,
    but as many forward passes an image as the layer has channels.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        layer: as for `map_layer`.
        log: gets a line if maps are zero everywhere.

    Returns:
        attribution: (N, H, W), not negative, a weighted mean of the layer's channels, 0 where that
        is negative, at the size of the image.
        details: `layer_map` (N, h, w), the map at the size of the layer, and `weights` (N, C), not
        negative, whose sum is 1.

    Raises:
        UserError: as `map_layer`; or the named layer does not run or has no map.
    """
    chosen = map_layer(model, layer, images.shape[1:])
    maps, weights = [], []
    shown = tqdm(total=len(images), disable=None, desc=METHOD.title, unit="image")
    with shown, borrowed(model), pools_first(model, keep=[chosen.module]), torch.no_grad():
        for pixels, channels, target in _activations(model, chosen, images, targets):
            weights.append(_channel_scores(model, pixels, channels, target).softmax(0))
            maps.append((weights[-1][:, None, None] * channels).sum(0, keepdim=True).relu())
            shown.update()
    explanation = explained(chosen, maps, images.shape[1:3], METHOD.units, log)
    explanation.details["weights"] = torch.stack(weights).cpu().numpy()
    return explanation


def _activations(
    model: nn.Module, layer: MapLayer, images: np.ndarray, targets: np.ndarray
) -> Iterator[tuple[torch.Tensor, torch.Tensor, int]]:
    """For each image its pixels (C, H, W), the layer's maps (channels, h, w) and its target."""
    device = device_of(model)
    for rows, batch in fixed_batches(images):
        pixels = to_tensor(batch, device)
        with layer.listening(len(batch)):
            model(pixels.clone())  # for it may write into its input
        maps = layer.as_maps(layer.output.detach())
        yield from zip(pixels, maps, targets[rows].tolist(), strict=False)


def _channel_scores(
    model: nn.Module, pixels: torch.Tensor, channels: torch.Tensor, target: int
) -> torch.Tensor:
    """The logit of the target for the image behind each channel as a mask: (channels,)."""
    scores = []
    for part in channels.split(_MASKED):
        masks = _from_zero_to_one(enlarge(part[:, None], pixels.shape[1:]))
        scores.append(model(fast_layout(model, masks * pixels))[:, target])
    return torch.cat(scores)


def _from_zero_to_one(masks: torch.Tensor) -> torch.Tensor:
    """Each mask (n, 1, H, W) from its least value, 0, to its greatest, 1; a constant one is 0."""
    low, high = masks.amin((2, 3), keepdim=True), masks.amax((2, 3), keepdim=True)
    return (masks - low) / torch.where(high > low, high - low, 1)
