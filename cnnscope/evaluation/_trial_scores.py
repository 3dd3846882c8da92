"""The scores of attribution methods on pictures whose parts can be left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from cnnscope.evaluation._interventions import (
    THRESHOLDS,
    above_even,
    background_independence,
    best_threshold,
    deletion_check,
    distractibility,
    important_parts,
    irrelevant_parts,
    part_sums,
    preservation_check,
    single_deletion,
    target_sensitivity,
)

PROTOCOLS = ("SD", "PC", "DC", "D", "TS")
_NOTHING: frozenset[int] = frozenset()


class Removable(Protocol):
    """A picture whose parts can be left out."""

    masks: np.ndarray
    tells: np.ndarray

    def logits(self, removed: Iterable[frozenset[int]]) -> np.ndarray:
        """float32 (R, K), without each of the sets of parts."""


@dataclass(frozen=True)
class Maps:
    """The maps of a method on N pictures.

    Attributes:
        first: (N, H, W), of the class that is predicted.
        second: (N, H, W), of the second likeliest.
        signed: whether what is below 0 speaks against the class. Of maps that cannot say that, SD
            asks what parts have beyond an even map, see `above_even`.
    """

    first: np.ndarray
    second: np.ndarray
    signed: bool


@dataclass
class _Found:
    single: list[float] = field(default_factory=list)
    sensitive: list[float] = field(default_factory=list)
    preserved: list[np.ndarray] = field(default_factory=list)
    deleted: list[np.ndarray] = field(default_factory=list)
    undistracted: list[np.ndarray] = field(default_factory=list)


def trial_scores(pictures: list[Removable], maps: Maps) -> tuple[dict[str, np.ndarray], float]:
    """The scores of a method by each of `PROTOCOLS`, and the threshold that is best for it.

    Returns:
        Of each protocol float64 (N,), from 0 to 1, higher is better, NaN where it says nothing of a
        picture; and the threshold of PC, DC and D, see `best_threshold`.
    """
    found = _Found()
    for picture, first, second in zip(pictures, maps.first, maps.second, strict=True):
        whole, without = singly(picture)
        target, other = np.argsort(-whole, kind="stable")[:2]
        drops = whole[[target, other], None] - without[:, [target, other]].T
        sums = np.stack([part_sums(one, picture.masks) for one in (first, second)])
        ranked = sums[0] if maps.signed else part_sums(above_even(first), picture.masks)
        found.single.append(single_deletion(drops[0], ranked))
        found.sensitive.append(target_sensitivity(drops, sums))
        important = important_parts(sums[0], float(first.sum(dtype=np.float64)))
        kept = picture.logits(frozenset(np.flatnonzero(~one).tolist()) for one in important)
        found.preserved.append(preservation_check(target, kept.argmax(1)))
        left = picture.logits(frozenset(np.flatnonzero(one).tolist()) for one in important)
        found.deleted.append(deletion_check(target, left.argmax(1)))
        irrelevant = irrelevant_parts(whole[target], without[:, target])
        found.undistracted.append(distractibility(important, irrelevant))
    by_threshold = [np.array(one) for one in (found.preserved, found.deleted, found.undistracted)]
    best = best_threshold(*by_threshold)
    at_best = [one[:, best] for one in by_threshold]
    scores = (np.array(found.single), *at_best, np.array(found.sensitive))
    return dict(zip(PROTOCOLS, scores, strict=True)), float(THRESHOLDS[best])


def singly(picture: Removable) -> tuple[np.ndarray, np.ndarray]:
    """The logits (K,) of the whole picture, and (P, K) without each of its parts."""
    parts = range(len(picture.masks))
    whole, *without = picture.logits([_NOTHING, *(frozenset([part]) for part in parts)])
    return whole.astype(np.float64), np.array(without, np.float64).reshape(-1, len(whole))


def network_scores(pictures: list[Removable]) -> np.ndarray:
    """BI of the network on each picture, float64 (N,), NaN where nothing is background."""
    scores = []
    for picture in pictures:
        whole, without = singly(picture)
        target = whole.argmax()
        scores.append(background_independence(whole[target], without[:, target], ~picture.tells))
    return np.array(scores)
