"""What a mark does whose pixels are known, as those of the demo's shortcut are."""

from collections.abc import Sequence

import numpy as np


def relevance_on(maps: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """The share of each map's relevance that lies on its image's mark, whatever its sign.

    A map that does not see the mark has the mark's share of the pixels there in the mean.

    Args:
        maps: (N, H, W).
        marks: bool (N, H, W).

    Returns:
        float64 (N,): 0 to 1; NaN for an image without a mark and for a map of zeros.
    """
    sizes = np.abs(maps.astype(np.float64))
    totals = sizes.sum((1, 2))
    there = (totals > 0) & marks.any((1, 2))
    return np.divide(
        (sizes * marks).sum((1, 2)), totals, out=np.full(len(maps), np.nan), where=there
    )


def accuracy_rows(
    labels: np.ndarray, predicted: np.ndarray, marked: np.ndarray, names: Sequence[str]
) -> list[dict]:
    """How well each class is told with a mark that moves, and without it.

    Args:
        labels, predicted: int (N,).
        marked: bool (N,), whether an image has the mark, whatever its class.
        names: of the classes.

    Returns:
        Of each class, with the mark and without it: the number of its images, the share of them
        that are told (`accuracy`), and the share of the images of other classes that are taken for
        it (`taken`). NaN where there is no image.
    """
    rows = []
    for number, name in enumerate(names):
        row: dict[str, str | float] = {"class": name}
        for told, chosen in (("with", marked), ("without", ~marked)):
            own, others = (predicted[chosen & ((labels == number) == one)] for one in (True, False))
            row[f"images_{told}"] = len(own)
            row[f"accuracy_{told}"] = _share(own == number)
            row[f"taken_{told}"] = _share(others == number)
        rows.append(row)
    return rows


def _share(hits: np.ndarray) -> float:
    return float(hits.mean()) if len(hits) else np.nan
