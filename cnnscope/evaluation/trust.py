"""What maps may be trusted with, in a sentence made from their scores."""

from collections.abc import Mapping

import numpy as np

# Of the images: from here on "most" of them, and a sentence that is more than a guess.
_MOST = 0.75


def trust(scores: Mapping[str, np.ndarray], metrics: Mapping[str, Mapping]) -> str:
    """A sentence on whether maps show what the network uses, as metrics of faithfulness see it.

    Args:
        scores: by metric (3, N): those of the maps, of their blurred copies and of noise.
        metrics: `title`, `better` and `category` of each.

    Returns:
        Nothing where no metric of faithfulness has scored a map.
    """
    told, shares, blurred = [], [], []
    for metric, found in scores.items():
        about = metrics[metric]
        if about["category"] != "faithfulness":
            continue
        sign = 1 if about["better"] == "higher" else -1
        over_noise, over_copy = sign * (found[0] - found[2]), sign * (found[0] - found[1])
        known = np.isfinite(over_noise)
        if not known.any():
            continue
        won = int((over_noise[known] > 0).sum())
        told.append(f"by {about['title'].lower()} on {won} of {known.sum()}")
        shares.append(won / known.sum())
        blurred.append((over_copy[known] < 0).mean())
    if not told:
        return ""
    if min(shares) >= _MOST:
        # No more than that: a bright centre may do as well, which the scoreboard tells.
        verdict = "These maps find more of what the network uses than noise does,"
    elif max(shares) < _MOST:
        verdict = "Do not trust these maps with what the network uses: better than noise"
    else:
        verdict = "The metrics disagree on these maps: better than noise"
    line = f"{verdict} {_listed(told)} images"
    if min(blurred) >= _MOST:
        line += "; a blurred copy scores better still, so trust no fine detail"
    return f"{line}."


def _listed(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(", ".join(parts).rsplit(", ", 1))
