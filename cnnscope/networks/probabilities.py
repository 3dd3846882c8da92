"""Logits as probabilities, without PyTorch, which figures do not import."""

import numpy as np

# As a share of that of a guess, the logarithm of the number of classes.
_LARGEST_ENTROPY = 0.9


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis, in float64."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def doubt(logits: np.ndarray) -> list[str]:
    """A warning where a network hardly tells classes apart, as it does of images it is not used to.

    Maps of such predictions look like any others. The usual cause is another preprocessing than
    that of the training.

    Args:
        logits: (N, K).

    Returns:
        One line, or none where the mean entropy of the probabilities is at most nine tenths of
        that of a guess.
    """
    shares, classes = probabilities(logits), logits.shape[1]
    entropy = -(shares * np.log(shares.clip(1e-300))).sum(1).mean()
    if entropy <= _LARGEST_ENTROPY * np.log(classes):
        return []
    return [
        f"warning: the network hardly tells classes apart: its likeliest class has "
        f"{shares.max(1).mean():.2g} in the mean, one of {classes} by chance {1 / classes:.2g}; is "
        "section image as in its training?"
    ]
