"""Choose the images of each training step, by the seed and the number of the step alone.

So a training that is resumed sees the same batches as one that was never interrupted.
"""

from collections.abc import Callable

import numpy as np

from cnnscope.seeds import stream

BALANCES = ("none", "weights", "sampling")


def in_epochs(count: int, batch_size: int, seed: int) -> Callable[[int], np.ndarray]:
    """Batches in which each of `count` images appears once in an epoch.

    A batch may contain the end of one epoch and the beginning of the next.

    Returns:
        A function from the number of a step, from 1, to sorted image indices, int64 (batch_size,).
    """
    shuffled: dict[int, np.ndarray] = {}

    def order(epoch: int) -> np.ndarray:
        if epoch not in shuffled:
            shuffled.pop(epoch - 2, None)
            shuffled[epoch] = stream(seed, "epoch", epoch).permutation(count)
        return shuffled[epoch]

    def chosen(step: int) -> np.ndarray:
        positions = np.arange((step - 1) * batch_size, step * batch_size)
        epochs = np.unique(positions // count)
        parts = [
            order(int(epoch))[positions[positions // count == epoch] % count] for epoch in epochs
        ]
        # Sorted, so that an array mapped from a file is read in one direction.
        return np.sort(np.concatenate(parts))

    return chosen


def by_class(labels: np.ndarray, batch_size: int, seed: int) -> Callable[[int], np.ndarray]:
    """Batches drawn with replacement, in which all classes are equally likely.

    Returns:
        A function from the number of a step to sorted image indices, int64 (batch_size,).
    """
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    shares = 1 / (len(counts) * counts[inverse])

    def chosen(step: int) -> np.ndarray:
        rng = stream(seed, "balanced", step)
        return np.sort(rng.choice(len(labels), batch_size, p=shares))

    return chosen


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """Weight of each class in the loss: the square root of the mean class size over its own.

    The square root is a common compromise. Without it, a class of a few images dominates each step
    in which it occurs, and the large classes lose more accuracy than the small ones gain.

    Args:
        labels: int (N,), the class of each training image.
        classes: number of classes.

    Returns:
        float32 (classes,).
    """
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    return np.sqrt(len(labels) / (present * np.maximum(counts, 1))).astype(np.float32)
