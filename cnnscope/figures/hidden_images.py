"""How much there is to explain: what becomes of a class when all of an image is hidden."""

from collections.abc import Mapping

import numpy as np

# A smaller mean change of the probability leaves little for a map to share out.
_LITTLE = 0.1


def change(details: Mapping[str, np.ndarray], number: int) -> str:
    """A line break and the class's probability for an image, whole and with all of it hidden.

    Args:
        details: `whole` and `hidden` (N,), if the method that made the map has them.

    Returns:
        Nothing where it has not.
    """
    if "whole" not in details:
        return ""
    whole, hidden = details["whole"][number], details["hidden"][number]
    return f"\np {whole:.2f} → {hidden:.2f} all hidden"


def warning(details: Mapping[str, np.ndarray], count: int) -> str:
    """A sentence for a figure of `count` images where the maps can explain little, else nothing."""
    if "whole" not in details or not count:
        return ""
    mean = np.abs(details["whole"] - details["hidden"])[:count].mean()
    if mean >= _LITTLE:
        return ""
    return (
        f"To hide all of an image changes the class's probability p by {mean:.2f} in the mean: "
        "these maps explain little."
    )
