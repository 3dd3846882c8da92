"""How well each class is recognised."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from cnnscope.errors import UserError


@dataclass(frozen=True)
class ClassScore:
    """A line of the table; NaN where a share of nothing is asked for.

    Attributes:
        class_name: the class; "mean" in the last line.
        training: images of the class in the training split.
        support: images of the class among those scored.
        predicted: images that were taken for the class.
        precision: share of `predicted` that are of the class.
        recall: share of `support` that were taken for the class.
        f1: harmonic mean of the two.
    """

    class_name: str
    training: int | float
    support: int | float
    predicted: int | float
    precision: float
    recall: float
    f1: float


def class_scores(
    counts: np.ndarray, training: np.ndarray, names: Sequence[str]
) -> list[ClassScore]:
    """Precision, recall, F1 and support of each class, then the mean over the classes.

    Args:
        counts: int (K, K), images by true (row) and predicted (column) class.
        training: int (K,), images in the training split.
        names: K class names.

    Returns:
        K + 1 lines. The mean weighs each class the same, however many images it has, and leaves
        out what is NaN.

    Raises:
        UserError: there is no image with a label.
    """
    if not counts.any():
        raise UserError("confusion.split: no image there has a label; choose a split with labels")
    true, predicted = np.indices(counts.shape)
    precision, recall, f1, _ = precision_recall_fscore_support(
        true.ravel(),
        predicted.ravel(),
        labels=range(len(counts)),
        sample_weight=counts.ravel(),
        zero_division=np.nan,
    )
    columns = [c.tolist() for c in (training, counts.sum(1), counts.sum(0), precision, recall, f1)]
    lines = [ClassScore(*values) for values in zip(names, *columns, strict=True)]
    # With one image at least, no column is NaN throughout.
    return [*lines, ClassScore("mean", *(float(np.nanmean(column)) for column in columns))]
