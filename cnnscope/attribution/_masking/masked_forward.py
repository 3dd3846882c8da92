"""Run a network on many versions of one image that differ in which superpixels are hidden.

At a place of an early layer the output depends on the few superpixels that its receptive field
touches. Of a thousand versions only a handful differ there, so those are computed once and looked
up for all others. This is exact, not an approximation: the same numbers go into the same layers.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._masking.local_stages import Stage, local_stages, rest_after, trace

# A stage pays while the places and patterns to compute are at most this share of what the plain
# way computes: an output of a lone window takes 1.6 times as long as one of a map.
_WORTH = 0.4
# Numbers in the windows that run at once: 16 MB of float32.
_CHUNK = 2**22
# Patterns are told apart by an integer of one bit a superpixel.
_MOST_BITS = 62
_CHECKED = 4
_TOLERANCE = {"float32": 1e-4, "bfloat16": 5e-2}


@dataclass(frozen=True)
class _Patterns:
    """Which places look alike in which versions.

    Attributes:
        sees: bool (P, S), whether superpixel s can change place p.
        group: (P,), places that see the same superpixels.
        pattern: (N, G), the number of the pattern that version n shows to group g.
        first: (P,), where the entries of a place begin: one a pattern of its group.
        places, versions: (E,), of each entry its place and a version that shows its pattern.
    """

    sees: np.ndarray
    group: np.ndarray
    pattern: np.ndarray
    first: np.ndarray
    places: np.ndarray
    versions: np.ndarray

    def entries(self, versions: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Entry that version and place show, for broadcast arrays of both."""
        return self.first[places] + self.pattern[versions, self.group[places]]


@dataclass(frozen=True)
class _Map:
    """A feature map of all versions: `vectors` (E, C), one an entry of `patterns`."""

    patterns: _Patterns
    vectors: torch.Tensor
    size: tuple[int, int]

    def batch(self, versions: np.ndarray) -> torch.Tensor:
        """The map of some versions, (n, C, height, width) in channels-last memory."""
        places = np.arange(len(self.patterns.group))
        entries = self.patterns.entries(versions[:, None], places)
        found = self.vectors[torch.from_numpy(entries).to(self.vectors.device)]
        return found.view(len(versions), *self.size, -1).permute(0, 3, 1, 2)


class _Bfloat16Convolution(nn.Conv2d):
    """Multiplies in bfloat16 between layers that compute in float32.

    Rounding every layer instead mixes up the ranks of superpixels that differ little.
    """

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        bias = None if self.bias is None else self.bias.bfloat16()
        return self._conv_forward(features.bfloat16(), self.weight.bfloat16(), bias).float()


class MaskedForward:
    """A network's logits for one image with superpixels hidden.

    Works on a copy in evaluation mode; the caller's model is only read.

    Args:
        model: float32 images (N, C, H, W) to logits (N, K).
        size: height and width of the images.
        batch_size: versions that run through the later layers at once.
        precision: "float32", or "bfloat16" for the convolutions among the later layers.
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
        self._device = next(self._network.parameters()).device
        if self._device.type == "cpu":
            # The layout that convolutions are fastest in: 22.8 s an image become 13.6 s.
            self._network.to(memory_format=torch.channels_last)
        self._batch_size = batch_size
        self._tolerance = _TOLERANCE[precision]
        self._traced = trace(self._network)
        self._stages = local_stages(self._traced, size) if self._traced else []
        if precision == "bfloat16":
            for module in self._network.modules():
                if type(module) is nn.Conv2d:
                    module.__class__ = _Bfloat16Convolution

    @torch.inference_mode()
    def logits(
        self,
        image: np.ndarray,
        hidden: np.ndarray,
        segments: np.ndarray,
        masks: np.ndarray,
        log: Callable[[str], None] = print,
    ) -> np.ndarray:
        """Logits float64 (N, K) of `image` as each mask leaves it.

        Args:
            image, hidden: float (H, W, C) in [0, 1], shown where a mask is on and off.
            segments: int (H, W), numbered 0 to S - 1.
            masks: bool (N, S).
        """
        masks, versions = np.unique(masks, axis=0, return_inverse=True)
        pixels = self._pixels(image, hidden, segments, masks)
        features, rest = self._through_stages(pixels, masks)
        logits = self._run(rest, features, len(masks))
        if rest is not self._network:
            plain = self._run(self._network, pixels, min(_CHECKED, len(masks)))
            # A forward pass may do what its graph does not show.
            error = (plain.softmax(1) - logits[: len(plain)].softmax(1)).abs().max()
            if not error <= self._tolerance:
                log(f"shared early layers are off by {error:.1g} in probability: not shared")
                logits = self._run(self._network, pixels, len(masks))
        return logits.cpu().numpy()[versions.reshape(-1)]

    def _pixels(self, image, hidden, segments, masks) -> _Map:
        flat = segments.reshape(-1)
        patterns = _patterns(flat[:, None] == np.arange(masks.shape[1]), masks)
        shown = masks[patterns.versions, flat[patterns.places]]
        of_entry = [part.reshape(len(flat), -1)[patterns.places] for part in (hidden, image)]
        vectors = torch.from_numpy(np.where(shown[:, None], of_entry[1], of_entry[0]))
        return _Map(patterns, vectors.float().to(self._device), segments.shape)

    def _through_stages(self, features: _Map, masks: np.ndarray) -> tuple[_Map, nn.Module]:
        """As far as sharing pays; the features there and what is left of the network."""
        rest = self._network
        for stage in self._stages:
            windows = _windows(features.size, stage)
            sees = _seen(features.patterns.sees, windows)
            if not _pays(sees, len(masks)):
                break
            features = _advance(features, _patterns(sees, masks), windows, stage)
            rest = stage
        if isinstance(rest, Stage):
            rest = rest_after(self._traced, rest.end)
        return features, rest

    def _run(self, module: nn.Module, features: _Map, count: int) -> torch.Tensor:
        batches = np.split(np.arange(count), range(self._batch_size, count, self._batch_size))
        return torch.cat([module(features.batch(batch)).double() for batch in batches])


def _patterns(sees: np.ndarray, masks: np.ndarray) -> _Patterns:
    packed, example, group = np.unique(
        np.packbits(sees, axis=1), axis=0, return_index=True, return_inverse=True
    )
    group = group.reshape(-1)
    pattern = np.empty((len(masks), len(packed)), np.int64)
    representatives = []
    for number, place in enumerate(example):
        (superpixels,) = np.nonzero(sees[place])
        keys = masks[:, superpixels] @ (np.int64(1) << np.arange(len(superpixels)))
        _, shows, pattern[:, number] = np.unique(keys, return_index=True, return_inverse=True)
        representatives.append(shows)
    counts = np.array([len(shows) for shows in representatives])[group]
    return _Patterns(
        sees,
        group,
        pattern,
        np.cumsum(counts) - counts,
        np.repeat(np.arange(len(group)), counts),
        np.concatenate([representatives[number] for number in group]),
    )


def _windows(size: tuple[int, int], stage: Stage) -> np.ndarray:
    """Places that each output place of a stage reads, (P', window), -1 outside the map."""
    rows, columns = (
        np.arange(stage.size[axis])[:, None] * stage.stride[axis]
        - stage.padding[axis]
        + np.arange(stage.window[axis])
        for axis in (0, 1)
    )
    rows, columns = rows[:, None, :, None], columns[None, :, None, :]
    inside = (rows >= 0) & (rows < size[0]) & (columns >= 0) & (columns < size[1])
    places = np.where(inside, rows * size[1] + columns, -1)
    return places.reshape(stage.size[0] * stage.size[1], -1)


def _seen(sees: np.ndarray, windows: np.ndarray) -> np.ndarray:
    seen = np.zeros((len(windows), sees.shape[1]), bool)
    for places in windows.T:
        seen |= sees[places] & (places >= 0)[:, None]
    return seen


def _pays(sees: np.ndarray, versions: int) -> bool:
    """Whether random masks show few patterns: N draws from 2^k, over all places."""
    bits = sees.sum(1)
    if bits.max() > _MOST_BITS:
        return False
    expected = -np.expm1(versions * np.log1p(-(0.5 ** np.maximum(bits, 1)))) * 2.0**bits
    return expected.sum() <= _WORTH * versions * len(sees)


def _advance(before: _Map, patterns: _Patterns, windows: np.ndarray, stage: Stage) -> _Map:
    """The map after `stage`, computed once an entry."""
    channels = before.vectors.shape[1]
    outside = before.vectors.new_full((1, channels), stage.fill)
    vectors = torch.cat([before.vectors, outside])
    chunk = max(1, _CHUNK // (windows.shape[1] * channels))
    computed = []
    for start in range(0, len(patterns.places), chunk):
        of_entry = slice(start, start + chunk)
        places = windows[patterns.places[of_entry]]
        entries = before.patterns.entries(patterns.versions[of_entry, None], places)
        entries = np.where(places < 0, len(before.vectors), entries)
        found = vectors[torch.from_numpy(entries).to(vectors.device)]
        found = found.view(-1, *stage.window, channels).permute(0, 3, 1, 2)
        computed.append(stage(found).flatten(1))
    return _Map(patterns, torch.cat(computed), stage.size)
