"""What a map misses of the number that its values should add up to, beside the map."""

from collections.abc import Mapping

import numpy as np

from cnnscope.attribution._gradients.residual import LARGEST, count_too_large


def missed(details: Mapping[str, np.ndarray], number: int) -> str:
    """Lines with the residual of a map and what biases have taken, each after a line break.

    Args:
        details: `residual` (N,), if the method that made the map has one; `bias_share` (N,), if
            biases take a share.

    Returns:
        Nothing where there is no residual.
    """
    if "residual" not in details:
        return ""
    residual = details["residual"][number]
    line = f"\nresidual {residual:.1%}"
    if "bias_share" in details:
        line += f"\nbiases took {details['bias_share'][number]:.0%}"
    return line if residual <= LARGEST else f"{line}\ndo not rely on it"


def too_large(details: Mapping[str, np.ndarray], count: int) -> str:
    """A sentence for a figure of `count` images where maps miss too much, else nothing."""
    if "residual" not in details:
        return ""
    above = count_too_large(details["residual"][:count])
    if not above:
        return ""
    return (
        f"{above} of {count} maps miss more than {LARGEST:.0%} of what they should add up to, "
        "and are not to be relied on."
    )
