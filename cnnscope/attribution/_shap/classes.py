"""Which classes of an image are explained, where there are too many for all."""

import numpy as np

# One backward pass and one column of the figure a class: as many are explained without being asked.
_ALL = 12
_SOME = 5


def chosen_classes(
    logits: np.ndarray, count: int | None, targets: np.ndarray, labels: np.ndarray | None
) -> np.ndarray:
    """The explained classes of each image, int64 (N, L), -1 where an image has fewer than others.

    All of them, in their order, where `count` allows it. Otherwise the `count` likeliest ones, the
    likeliest first; then the target and the true class, where they are others.

    Args:
        logits: (N, K).
        count: None for all where there are 12 or fewer, and for 5 where there are more.
        targets: int (N,).
        labels: int (N,), the true classes, -1 where unknown; None where none is known.
    """
    images, known = logits.shape
    if count is None:
        count = known if known <= _ALL else _SOME
    if count >= known:
        return np.tile(np.arange(known), (images, 1))
    likeliest = np.argsort(-logits, axis=1, kind="stable")[:, :count].tolist()
    others = np.stack([targets, targets if labels is None else labels], 1).tolist()
    rows = [
        list(dict.fromkeys([*first, *(number for number in wanted if number >= 0)]))
        for first, wanted in zip(likeliest, others, strict=True)
    ]
    classes = np.full((images, max(map(len, rows))), -1)
    for row, own in zip(classes, rows, strict=True):
        row[: len(own)] = own
    return classes
