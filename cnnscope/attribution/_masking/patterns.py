"""Which patterns of shown superpixels the positions of a feature map see."""

from dataclasses import dataclass

import numpy as np

# So many superpixels of a pattern fit the bits of an int64.
_MOST_BITS = 62


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

    def entries(self, versions: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """The entry of each version and position; the two arrays are broadcast."""
        return self.first[positions] + self.pattern[versions, self.group[positions]]


def patterns_of(sees: np.ndarray, masks: np.ndarray) -> Patterns:
    """The patterns that `masks` (N, S) show to positions that see superpixels, `sees` (P, S)."""
    packed, example, group = np.unique(
        np.packbits(sees, axis=1), axis=0, return_index=True, return_inverse=True
    )
    group = group.reshape(-1)
    pattern = np.empty((len(masks), len(packed)), np.int32)
    representatives = []
    for number, position in enumerate(example):
        versions, pattern[:, number] = _distinct(masks[:, sees[position]])
        representatives.append(versions)
    counts = np.array([len(versions) for versions in representatives])[group]
    return Patterns(
        sees,
        group,
        pattern,
        np.cumsum(counts) - counts,
        np.repeat(np.arange(len(group)), counts),
        np.concatenate([representatives[number] for number in group]),
    )


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
