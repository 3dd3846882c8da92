"""The maps of a method: one an image, or one of each class that it was explained for."""

from collections.abc import Mapping

import numpy as np

from cnnscope.attribution._gradients.residual import LARGEST
from cnnscope.attribution._shap.residual import advice, largest_of_each
from cnnscope.figures.hidden_images import change
from cnnscope.figures.residuals import missed


def class_maps(
    maps: np.ndarray, details: Mapping[str, np.ndarray], number: int
) -> list[tuple[int, np.ndarray]]:
    """The explained classes of an image and the map (H, W) of each, its target first.

    Args:
        maps: (N, H, W), of the targets.
        details: `targets` (N,). Where several classes were explained also `classes` (N, L) with
            `values` (N, L, C, H, W), summed over the channels here; or `explained` (N, L) with
            `weights` (N, L, S) of superpixels and `segments` (N, H, W). A class of -1 is none.
        number: of the image.
    """
    target = int(details["targets"][number])
    found = {target: maps[number]}
    if "values" in details:
        classes = details["classes"][number]
        found |= {
            int(one): details["values"][number, place].sum(0)
            for place, one in enumerate(classes)
            if one >= 0 and one != target
        }
    elif "weights" in details:
        segments = details["segments"][number]
        found |= {
            int(one): details["weights"][number, place][segments]
            for place, one in enumerate(details["explained"][number])
            if one >= 0 and one != target
        }
    return list(found.items())


def refusal(details: Mapping[str, np.ndarray], number: int) -> str:
    """Why the maps of an image by class are not shown, as SHAP's figure says it; else nothing."""
    residual = _residual(details, number)
    if residual is None or residual <= LARGEST:
        return ""
    return (
        f"Not drawn: the values miss the change of the scores by {residual:.0%} of it, more than "
        f"{LARGEST:.0%}. What helps: {advice('residual_error' in details)}."
    )


def notes(details: Mapping[str, np.ndarray], number: int) -> list[str]:
    """What figures say below the map of an image: what is missed, what hiding all of it changes."""
    residual = _residual(details, number)
    told = change(details, number)
    told += missed(details, number) if residual is None else f"\nresidual {residual:.0e}"
    return [line for line in told.split("\n") if line]


def _residual(details: Mapping[str, np.ndarray], number: int) -> float | None:
    """The largest residual of an image's classes; None where there is not one a class."""
    residual = details.get("residual")
    if residual is None or residual.ndim == 1:
        return None
    of_image = slice(number, number + 1)
    return float(largest_of_each(residual[of_image], details["classes"][of_image])[0])
