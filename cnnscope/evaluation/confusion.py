"""Who is taken for whom."""

import numpy as np


def confusion_counts(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """How many images of class i (row) were predicted as class j (column).

    Args:
        labels: (N,) true classes; images with -1 are left out.
        predicted: (N,) predicted classes.
        classes: number of rows and columns.

    Returns:
        int64 (classes, classes).
    """
    counts = np.zeros((classes, classes), np.int64)
    known = labels >= 0
    np.add.at(counts, (labels[known], predicted[known]), 1)
    return counts


def row_rates(counts: np.ndarray) -> np.ndarray:
    """Counts normalised over the true label: each row sums to 1, or is 0 where no image is."""
    totals = counts.sum(1, keepdims=True)
    return np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)


def mix_ups(labels: np.ndarray, predicted: np.ndarray) -> list[tuple[int, int, int]]:
    """Pairs (true, predicted, images), most frequent first, equal ones by class number."""
    wrong = (labels >= 0) & (labels != predicted)
    pairs, counts = np.unique(
        np.stack([labels[wrong], predicted[wrong]], 1).reshape(-1, 2), axis=0, return_counts=True
    )
    found = [(int(t), int(p), int(n)) for (t, p), n in zip(pairs, counts, strict=True)]
    return sorted(found, key=lambda mix_up: (-mix_up[2], mix_up[:2]))
