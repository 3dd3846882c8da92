"""Which class an explanation speaks of."""

import numpy as np

from cnnscope.errors import UserError


def choose_targets(
    question: str, wanted: str | int, labels: np.ndarray, logits: np.ndarray
) -> np.ndarray:
    """The class explained for each image, int64 (N,).

    Args:
        question: the config's section, for messages.
        wanted: `true`, `predicted`, or a class number.
        labels: (N,) true classes, -1 where unknown.
        logits: (N, K).

    Raises:
        UserError: `true` for an image without a label.
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
    return np.full(len(labels), int(wanted))
