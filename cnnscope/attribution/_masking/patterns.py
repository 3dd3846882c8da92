"""Which patterns of shown superpixels the positions of a feature map see."""

from dataclasses import dataclass

import numpy as np

# So many superpixels of a pattern fit the bits of an int64.
_MOST_BITS = 62
# Superpixels whose patterns are counted off, and the groups for which that is done at once.
_FEW, _AT_ONCE = 10, 256


@dataclass(frozen=True)
class Patterns:
    """The patterns that N masked versions show at the P positions of a feature map.

    An entry is one position with one of the patterns that it shows.

    Attributes:
        sees: bool (P, S), whether superpixel s can influence position p.
        group: int (P,), the group of each position; a group sees the same superpixels.
        pattern: int (N, G), the number of the pattern that version n shows to group g.
        first: int (P,), a position's first entry; it has one for each pattern of its group.
        positions: int (E,), the position of each entry.
        versions: int (E,), for each entry a version that shows its pattern.
    """

    sees: np.ndarray
    group: np.ndarray
    pattern: np.ndarray
    first: np.ndarray
    positions: np.ndarray
    versions: np.ndarray

    def entries(self, versions: np.ndarray) -> np.ndarray:
        """The entry of each of these versions (n,) at each position, int (n, P)."""
        return self.pattern[versions].take(self.group, axis=1) + self.first


class WindowEntries:
    """The entries that windows of a feature map hold.

    Args:
        patterns: of the map.
        positions: int (P', W), those in each window; -1 is outside of the map.
        outside: the entry that stands there.
    """

    def __init__(self, patterns: Patterns, positions: np.ndarray, outside: int) -> None:
        # One more group, whose only pattern is number 0, is outside.
        self._count = patterns.pattern.shape[1] + 1
        self._pattern = np.pad(patterns.pattern, ((0, 0), (0, 1))).ravel()
        groups = np.where(positions < 0, self._count - 1, patterns.group[positions])
        first = np.where(positions < 0, outside, patterns.first[positions])
        # Half as many bytes: most of the time goes into reading and writing these numbers.
        self._groups, self._first = groups.astype(np.int32), first.astype(np.int32)

    def entries(self, versions: np.ndarray, windows: np.ndarray) -> np.ndarray:
        """The entries, int32 (n, W), that some windows (n,) hold in versions (n,), one each."""
        places = self._groups[windows] + np.int32(self._count) * versions[:, None].astype(np.int32)
        return self._pattern.take(places) + self._first[windows]


def patterns_of(sees: np.ndarray, masks: np.ndarray) -> Patterns:
    """The patterns that `masks` (N, S) show to positions that see superpixels, `sees` (P, S)."""
    example, group = _equal_rows(sees)
    pattern = np.empty((len(masks), len(example)), np.int32)
    representatives = [None] * len(example)
    seen = sees[example]
    numbers = seen.sum(1)
    for count in np.unique(numbers):
        groups = np.flatnonzero(numbers == count)
        # Of few superpixels all patterns are counted off at once, for many groups.
        find = _distinct_of_few if count <= _FEW else _distinct_of_many
        for start in range(0, len(groups), _AT_ONCE):
            some = groups[start : start + _AT_ONCE]
            parts = np.nonzero(seen[some])[1].reshape(len(some), count)
            versions, pattern[:, some] = find(masks, parts)
            for number, own in zip(some, versions, strict=True):
                representatives[number] = own
    counts = np.array([len(versions) for versions in representatives])[group]
    return Patterns(
        sees,
        group,
        pattern,
        (np.cumsum(counts) - counts).astype(np.int32),
        np.repeat(np.arange(len(group)), counts),
        np.concatenate([representatives[number] for number in group]),
    )


def _equal_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number of one of each kind of `rows`, bool (P, S), and the kind of each row, int (P,)."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 64)))
    # NumPy sorts numbers several times faster than rows.
    first, *others = np.packbits(padded, axis=1).view(np.uint64).T
    _, example, kind = np.unique(first, return_index=True, return_inverse=True)
    for word in others:
        _, further = np.unique(word, return_inverse=True)
        both = kind * (further.max() + 1) + further
        _, example, kind = np.unique(both, return_index=True, return_inverse=True)
    return example, kind


def _distinct_of_few(masks: np.ndarray, parts: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """As `_distinct_of_many`."""
    groups, shown = np.arange(len(parts))[:, None], masks.T.astype(np.int32)
    # From 0 to 2^k - 1: the pattern that each version shows to each group, as a number.
    keys = np.zeros((len(parts), len(masks)), np.int32)
    for bit, own in enumerate(parts.T):
        keys += shown[own] << bit
    shown_by = np.full((len(parts), 1 << parts.shape[1]), -1, np.int32)
    shown_by[groups, keys] = np.arange(len(masks))
    there = shown_by >= 0
    numbers = there.cumsum(1) - 1
    versions = np.split(shown_by[there], there.sum(1).cumsum()[:-1])
    return versions, numbers[groups, keys].T


def _distinct_of_many(masks: np.ndarray, parts: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """The patterns of `masks` (N, S) on the superpixels `parts` (G, k) that each group sees.

    Returns:
        For each group a version with each pattern; and int (N, G), the number of each version's
        pattern.
    """
    found = [_distinct(masks[:, own]) for own in parts]
    return [versions for versions, _ in found], np.stack([numbers for _, numbers in found], 1)


def _distinct(masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A version with each pattern of `masks` (N, k), and the number of each version's pattern."""
    if masks.shape[1] > _MOST_BITS:
        rows = np.packbits(masks, axis=1)
        # Rows as single values, because NumPy sorts those several times faster.
        keys = np.ascontiguousarray(rows).view(f"V{rows.shape[1]}").reshape(-1)
    else:
        keys = masks @ (np.int64(1) << np.arange(masks.shape[1]))
    _, versions, numbers = np.unique(keys, return_index=True, return_inverse=True)
    return versions, numbers.reshape(-1)
