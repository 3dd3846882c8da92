"""Run a network on many masked versions of one image, each with other superpixels hidden.

In an early layer, the output at one position depends only on the superpixels that its receptive
field touches. A thousand versions show only a handful of different patterns of these superpixels,
so the output is computed once for each pattern and looked up for all versions that show it. This
is not an approximation: the same layers are applied to the same numbers.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._masking.folding import fold_norms
from cnnscope.attribution._masking.local_stages import Stage, local_stages, rest_after, trace
from cnnscope.attribution._masking.patterns import Patterns, WindowEntries, patterns_of
from cnnscope.networks.classifier import device_of
from cnnscope.networks.layout import memory_format

# Sharing is used while it computes at most this share of the outputs of a plain forward pass. An
# output takes 1.6 times as long when its window is computed alone instead of in a whole map.
_WORTH = 0.4
# How many numbers the windows of one pass hold at most: 16 MB in float32.
_CHUNK = 2**22
# Versions that share entries: it bounds the memory, however many versions there are.
_TOGETHER = 1024
# Versions compared with a plain forward pass, and the difference in probability that is allowed.
_CHECKED = 4
_TOLERANCE = {"float32": 1e-4, "bfloat16": 5e-2}


@dataclass(frozen=True)
class _Map:
    """A feature map of all versions.

    Attributes:
        vectors: (E, C), the channels of each entry of `patterns`.
        size: height and width.
    """

    patterns: Patterns
    vectors: torch.Tensor
    size: tuple[int, int]

    def batch(self, versions: np.ndarray) -> torch.Tensor:
        """The maps of some versions, (n, C, height, width) in channels-last memory."""
        vectors = _rows(self.vectors, self.patterns.entries(versions))
        return vectors.view(len(versions), *self.size, -1).permute(0, 3, 1, 2)


class _Bfloat16Convolution(nn.Conv2d):
    """A convolution that computes in bfloat16 but takes and returns float32.

    The other layers stay in float32: rounding all of them swaps the ranks of superpixels whose
    weights differ little.
    """

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        bias = None if self.bias is None else self.bias.bfloat16()
        return self._conv_forward(features.bfloat16(), self.weight.bfloat16(), bias).float()


class MaskedForward:
    """A network's logits for one image with superpixels hidden, from a copy of the model.

    Args:
        model: float32 images (N, C, H, W) to logits (N, K).
        size: height and width of the images.
        batch_size: number of versions in one pass through the layers that are not shared.
        precision: "float32", or "bfloat16" for the convolutions among the layers not shared.
    """

    def __init__(
        self,
        model: nn.Module,
        size: tuple[int, int],
        *,
        batch_size: int = 32,
        precision: str = "float32",
    ) -> None:
        self._network = copy.deepcopy(model).eval().requires_grad_(False)
        self._device = device_of(self._network)
        self._batch_size = batch_size
        self._tolerance = _TOLERANCE[precision]
        self._traced = trace(self._network)
        if self._traced:
            fold_norms(self._traced)
        self._stages = local_stages(self._traced, size) if self._traced else []
        if precision == "bfloat16":
            folded = self._traced.modules() if self._traced else ()
            for module in {*self._network.modules(), *folded}:
                # Where each channel is convolved by itself, it would cost time.
                if type(module) is nn.Conv2d and module.groups == 1:
                    module.__class__ = _Bfloat16Convolution

    @torch.inference_mode()
    def logits(
        self,
        image: np.ndarray,
        hidden: np.ndarray,
        segments: np.ndarray,
        masks: np.ndarray,
        log: Callable[[str], None] = print,
        *,
        shares: np.ndarray | None = None,
    ) -> np.ndarray:
        """The logits, float64 (N, K), of N masked versions of one image.

        Args:
            image: float (H, W, C) in [0, 1].
            hidden: as `image`, what is shown in place of hidden superpixels.
            segments: int (H, W), the superpixel of each pixel, from 0 to S - 1; or (H, W, M), the
                superpixels that have a share in it.
            masks: bool (N, S), whether a superpixel is shown.
            log: receives a line where the layers could not be shared.
            shares: float (H, W, M), which sum to 1, the shares of these superpixels: a pixel is
                shown as much as those that are shown have shares in it. None where M is 1.
        """
        shares = np.ones((*segments.shape[:2], 1)) if shares is None else shares
        segments = segments.reshape(shares.shape)
        masks, versions = np.unique(masks, axis=0, return_inverse=True)
        parts = np.split(masks, range(_TOGETHER, len(masks), _TOGETHER))
        logits = [self._of_distinct(image, hidden, segments, part, shares, log) for part in parts]
        return np.concatenate(logits)[versions.reshape(-1)]

    def _of_distinct(self, image, hidden, segments, masks, shares, log) -> np.ndarray:
        pixels = self._pixels(image, hidden, segments, masks, shares)
        self._layout = memory_format(self._network, pixels.batch(np.arange(1)))
        features, rest = self._through_stages(pixels, masks)
        logits = self._run(rest, features, len(masks))
        if rest is not self._network:
            plain = self._run(self._network, pixels, min(_CHECKED, len(masks)))
            # The traced graph can miss what a forward method does beside calling layers.
            error = (plain.softmax(1) - logits[: len(plain)].softmax(1)).abs().max()
            if not error <= self._tolerance:
                log(f"shared early layers are off by {error:.1g} in probability: not shared")
                logits = self._run(self._network, pixels, len(masks))
        return logits.cpu().numpy()

    def _pixels(self, image, hidden, segments, masks, shares) -> _Map:
        count = shares.shape[0] * shares.shape[1]
        segments, shares = segments.reshape(count, -1), shares.reshape(count, -1)
        sees = np.zeros((count, masks.shape[1]), bool)
        for own, share in zip(segments.T, shares.T, strict=True):
            sees[np.arange(count), own] |= share > 0
        patterns = patterns_of(sees, masks)
        at, versions = patterns.positions, patterns.versions
        shown = (shares[at] * masks[versions[:, None], segments[at]]).sum(1, keepdims=True)
        below, above = (part.reshape(count, -1)[at] for part in (hidden, image))
        vectors = np.where(shown == 1, above, below + shown * (above - below))
        return _Map(patterns, torch.from_numpy(vectors).float().to(self._device), image.shape[:2])

    def _through_stages(self, features: _Map, masks: np.ndarray) -> tuple[_Map, nn.Module]:
        """Share layers while that saves time; the features there and the rest of the network."""
        rest = self._network if self._traced is None else self._traced
        for stage in self._stages:
            windows = _windows(features.size, stage)
            sees = _seen(features.patterns.sees, windows)
            patterns = patterns_of(sees, masks)
            if len(patterns.positions) > _WORTH * len(masks) * len(sees):
                break
            features = _advance(features, patterns, windows, stage)
            rest = stage
        if isinstance(rest, Stage):
            rest = rest_after(self._traced, rest.end)
        return features, rest

    def _run(self, module: nn.Module, features: _Map, count: int) -> torch.Tensor:
        batches = np.split(np.arange(count), range(self._batch_size, count, self._batch_size))
        laid = (features.batch(batch).contiguous(memory_format=self._layout) for batch in batches)
        return torch.cat([module(part).double() for part in laid])


def _rows(vectors: torch.Tensor, numbers: np.ndarray) -> torch.Tensor:
    """The vectors of these numbers, one after the other."""
    return vectors.index_select(0, torch.from_numpy(numbers.reshape(-1)).to(vectors.device))


def _windows(size: tuple[int, int], stage: Stage) -> np.ndarray:
    """The input positions in the window of each output position, (P', window); -1 is padding."""
    rows, columns = (
        np.arange(stage.size[axis])[:, None] * stage.stride[axis]
        - stage.padding[axis]
        + np.arange(stage.window[axis])
        for axis in (0, 1)
    )
    rows, columns = rows[:, None, :, None], columns[None, :, None, :]
    inside = (rows >= 0) & (rows < size[0]) & (columns >= 0) & (columns < size[1])
    positions = np.where(inside, rows * size[1] + columns, -1)
    return positions.reshape(stage.size[0] * stage.size[1], -1)


def _seen(sees: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """Which superpixels influence each output position, bool (P', S), given those of the input."""
    seen = np.zeros((len(windows), sees.shape[1]), bool)
    for positions in windows.T:
        seen |= sees[positions] & (positions >= 0)[:, None]
    return seen


def _advance(before: _Map, patterns: Patterns, windows: np.ndarray, stage: Stage) -> _Map:
    """The map after `stage`, computed once for each entry."""
    channels = before.vectors.shape[1]
    outside = before.vectors.new_full((1, channels), stage.fill)
    vectors = torch.cat([before.vectors, outside])
    chunk = max(1, _CHUNK // (windows.shape[1] * channels))
    inside = WindowEntries(before.patterns, windows, len(before.vectors))
    computed = []
    for start in range(0, len(patterns.positions), chunk):
        of_entry = slice(start, start + chunk)
        entries = inside.entries(patterns.versions[of_entry], patterns.positions[of_entry])
        inputs = _rows(vectors, entries).view(-1, *stage.window, channels).permute(0, 3, 1, 2)
        computed.append(stage(inputs).flatten(1))
    return _Map(patterns, torch.cat(computed), stage.size)
