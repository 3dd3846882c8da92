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


def most_confused(counts: np.ndarray, most: int) -> np.ndarray:
    """The classes that take part in the most mix-ups, in the order of their numbers.

    A class takes part in a mix-up with each image of it that was taken for another class, and with
    each image of another class that was taken for it. Of classes with equally many the smaller
    number comes first. Where fewer than `most` classes were mixed up, those of the others that have
    the most images fill the places, again the smaller number first. A class that no image is of
    and none was taken for fills a place only where there is no other class.

    Args:
        counts: int (K, K), true class (row) by predicted class (column).
        most: how many classes at most, from 1.

    Returns:
        int (S,), 1 <= S <= `most`, ascending; all K classes where `most` is at least K.
    """
    if len(counts) <= most:
        return np.arange(len(counts))
    images = counts.sum(1)
    involved = images + counts.sum(0) - 2 * counts.diagonal()
    # The last key is the first to sort by; what is equal keeps the order of the numbers.
    order = np.lexsort((np.where(involved, 0, -images), -involved))
    known = np.count_nonzero(images + involved)
    return np.sort(order[: min(most, max(known, 1))])


def with_others(counts: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """The rows of some classes, and a column for all the classes that are not among them.

    Args:
        counts: int (K, K), true class (row) by predicted class (column).
        shown: int (S,), numbers of classes.

    Returns:
        int (S, S + 1): in the last column images that were taken for a class that is not shown, so
        that each row adds up to the images of its class.
    """
    rows = counts[shown]
    inside = rows[:, shown]
    return np.column_stack([inside, rows.sum(1) - inside.sum(1)])


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
