"""Choose the class that is explained for each image."""

import numpy as np

from cnnscope.errors import UserError


def choose_targets(
    question: str, wanted: str | int, labels: np.ndarray, logits: np.ndarray
) -> np.ndarray:
    """The class explained for each image, int64 (N,).

    Args:
        question: name of the section in the config, for messages.
        wanted: `true`, `predicted`, `second` (the second likeliest), or the number of a class.
        labels: int (N,), true classes, -1 where unknown.
        logits: (N, K).

    Raises:
        UserError: `true` is wanted, but an image has no label.
    """
    if wanted == "true":
        if (labels < 0).any():
            raise UserError(
                f"{question}.target: true, but {int((labels < 0).sum())} of the images have no "
                "label; use target: predicted"
            )
        return np.asarray(labels, np.int64)
    if wanted == "predicted":
        return logits.argmax(1)
    if wanted == "second":
        return np.argsort(-logits, axis=1, kind="stable")[:, 1]
    return np.full(len(labels), int(wanted))
