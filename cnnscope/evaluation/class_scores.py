"""Precision, recall and F1 of each class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from cnnscope.errors import UserError


@dataclass(frozen=True)
class ClassScore:
    """A line of the table; a score is NaN where its denominator is 0.

    Attributes:
        class_name: the class; "mean" in the last line.
        training: number of images of the class in the training split.
        support: number of images of the class among those scored.
        predicted: number of images that were predicted as the class.
        precision: share of the predicted images that are of the class, from 0 to 1.
        recall: share of the images of the class that were predicted as it, from 0 to 1.
        f1: harmonic mean of precision and recall.
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
        counts: int (K, K), number of images by true (row) and predicted (column) class.
        training: (K,), number of images in the training split; NaN where there is none.
        names: K class names.

    Returns:
        K + 1 lines. The mean is the macro average: each class has the same weight, however many
        images it has. It leaves out NaN.

    Raises:
        UserError: `counts` is zero everywhere, because no image has a label.
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
    # With at least one image, no column but that of training consists of NaN alone.
    means = [float(np.nanmean(one)) if np.isfinite(one).any() else np.nan for one in columns]
    return [*lines, ClassScore("mean", *means)]
