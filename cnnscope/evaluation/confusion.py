"""Count which classes are confused with which."""

import numpy as np


def confusion_counts(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """The number of images of class i (row) that were predicted as class j (column).

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
    """Each row of `counts`, a true class, divided by its sum; 0 where a class has no image."""
    totals = counts.sum(1, keepdims=True)
    return np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)


def mix_ups(labels: np.ndarray, predicted: np.ndarray) -> list[tuple[int, int, int]]:
    """The confused pairs of classes, most frequent first, and equally frequent ones by number.

    Returns:
        (true class, predicted class, number of images) for each pair that occurs. Images with
        label -1 are left out.
    """
    wrong = (labels >= 0) & (labels != predicted)
    pairs, counts = np.unique(
        np.stack([labels[wrong], predicted[wrong]], 1).reshape(-1, 2), axis=0, return_counts=True
    )
    rows = [(int(t), int(p), int(n)) for (t, p), n in zip(pairs, counts, strict=True)]
    return sorted(rows, key=lambda mix_up: (-mix_up[2], mix_up[:2]))
