"""Which images a training step sees: a function of the seed and the step, and of nothing before it.

So a training that goes on after an interruption sees what it would have seen without one.
"""

from collections.abc import Callable

import numpy as np

from cnnscope.seeds import stream

BALANCES = ("none", "weights", "sampling")


def in_epochs(count: int, batch_size: int, seed: int) -> Callable[[int], np.ndarray]:
    """Steps, from 1, to positions: each image once an epoch; a batch may join two epochs."""
    shuffled: dict[int, np.ndarray] = {}

    def order(epoch: int) -> np.ndarray:
        if epoch not in shuffled:
            shuffled.pop(epoch - 2, None)
            shuffled[epoch] = stream(seed, "epoch", epoch).permutation(count)
        return shuffled[epoch]

    def chosen(step: int) -> np.ndarray:
        places = np.arange((step - 1) * batch_size, step * batch_size)
        epochs = np.unique(places // count)
        found = [order(int(epoch))[places[places // count == epoch] % count] for epoch in epochs]
        # Sorted reads go through a mapped file in one direction.
        return np.sort(np.concatenate(found))

    return chosen


def by_class(labels: np.ndarray, batch_size: int, seed: int) -> Callable[[int], np.ndarray]:
    """Steps to positions, drawn with replacement so that each class is as likely as another."""
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    shares = 1 / (len(counts) * counts[inverse])

    def chosen(step: int) -> np.ndarray:
        rng = stream(seed, "balanced", step)
        return np.sort(rng.choice(len(labels), batch_size, p=shares))

    return chosen


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """float32 (classes,): the square root of the classes' mean size over the class's own.

    The root is the usual half-way house: weights in full make a class of a handful of images rule
    every step that meets it, and cost the large classes more than they give the small.
    """
    counts = np.bincount(labels, minlength=classes)
    present = np.count_nonzero(counts)
    return np.sqrt(len(labels) / (present * np.maximum(counts, 1))).astype(np.float32)
