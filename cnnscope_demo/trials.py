"""What a network makes of a picture of the demo with sets of its parts left out."""

import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from PIL import Image
from torch import nn

from cnnscope.data.decode import decode_image
from cnnscope.data.preprocessing import Preprocessing, preprocess
from cnnscope.networks.classifier import predict_each
from cnnscope_demo.dataset import picture_file
from cnnscope_demo.interventions import Picture, drawn_without, parts_of

Removed = frozenset[int]


class Trials:
    """A picture of the demo as the network is given it, with parts of it and without.

    What is drawn again passes through the JPEG file and the preprocessing as the dataset does, so
    that nothing but the missing objects makes a difference.

    Attributes:
        names: of the parts.
        tells: bool (P,), whether the part may tell the class.
        masks: bool (P, H, W), where each part is seen; at least one pixel of each.
    """

    def __init__(self, model: nn.Module, picture: Picture, preprocessing: Preprocessing):
        self._model, self._picture, self._how = model, picture, preprocessing
        self._parts = parts_of(picture)
        masks = np.array([self._squared(mask) for mask in self._parts.masks], bool)
        masks = masks.reshape(-1, preprocessing.size, preprocessing.size)
        seen = np.flatnonzero(masks.any((1, 2)))
        self._numbers = [self._parts.numbers[part] for part in seen]
        self.names = [self._parts.names[part] for part in seen]
        self.tells, self.masks = self._parts.tells[seen], masks[seen]
        self._logits: dict[Removed, np.ndarray] = {}

    def without(self, parts: Collection[int]) -> np.ndarray:
        """The picture without some of its parts, uint8 (H, W, C).

        Without all of them it is without any object: what they hid does not come to light.
        """
        numbers = {self._numbers[part] for part in parts}
        if len(numbers) == len(self._numbers):
            numbers = range(self._parts.objects)
        file = io.BytesIO(picture_file(drawn_without(self._picture, numbers)))
        return decode_image(file, self._how)[0]

    def logits(self, removed: Iterable[Removed]) -> np.ndarray:
        """The logits, float32 (R, K), without each of the sets of parts, drawn once each."""
        removed = list(removed)
        new = [one for one in dict.fromkeys(removed) if one not in self._logits]
        if new:
            pictures = np.stack([self.without(one) for one in new])
            self._logits |= dict(zip(new, predict_each(self._model, pictures), strict=True))
        return np.stack([self._logits[one] for one in removed])

    def _squared(self, mask: np.ndarray) -> np.ndarray:
        """A mask as the network sees the picture, by the greater part of each pixel."""
        grey = Image.fromarray(mask.astype(np.uint8) * 255)
        return preprocess(grey, replace(self._how, channels=1, fill=()))[..., 0] >= 128


def every_part(pictures: Sequence[Trials]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """All pictures without each of their parts, with what is known of the parts.

    Returns:
        uint8 (M, H, W, C), a row a part of a picture; and of each row `picture` (its number),
        `names`, `tells`, `masks` bool (M, H, W), and `logits` (M, K) without it; `whole` (N, K) are
        those of the pictures.
    """
    rows = [(at, part) for at, one in enumerate(pictures) for part in range(len(one.names))]
    shown = np.stack([pictures[at].without([part]) for at, part in rows])
    return shown, {
        "picture": np.array([at for at, _ in rows]),
        "names": np.array([name for one in pictures for name in one.names]),
        "tells": np.concatenate([one.tells for one in pictures]),
        "masks": np.concatenate([one.masks for one in pictures]),
        "logits": np.concatenate([pictures[at].logits([frozenset([p])]) for at, p in rows]),
        "whole": np.concatenate([one.logits([frozenset()]) for one in pictures]),
    }
