"""Read the training curves of a model that was trained elsewhere."""

import math
import re
from pathlib import Path

from cnnscope.errors import UserError
from cnnscope.tables import read_table

PLACES = ("step", "epoch")
CURVES = tuple(f"{s}_{q}" for s in ("training", "validation") for q in ("loss", "accuracy"))
_WORDS = {
    "training": {"training", "train"},
    "validation": {"validation", "valid", "val"},
    "loss": {"loss"},
    "accuracy": {"accuracy", "acc"},
    "step": {"step", "steps", "iteration", "batch"},
    "epoch": {"epoch", "epochs"},
}


def read_history(file: str | Path) -> list[dict[str, float]]:
    """The points of the training curves in a CSV file, in order of their step or epoch.

    Args:
        file: has a row for each point. Columns are recognised by the words in their names: `step`
            or `epoch`, and `loss` and `accuracy` of training and validation, such as `train_loss`
            or "Val Acc". A bare `loss` or `accuracy` is that of training, as in files of Keras.
            Other columns are ignored.

    Returns:
        For each row a dict with those of `step`, `epoch` and the `CURVES` that the file has; NaN
        for an empty cell. Accuracies in percent are converted to shares of 1.

    Raises:
        UserError: there is no row, no column for step or epoch, or none for a curve; two columns
            have the same meaning; a cell is no number.
    """
    rows = read_table(file)
    if not rows:
        raise UserError(f"model.history: {file} has no row below its header")
    columns: dict[str, str] = {}
    for header in rows[0]:
        meaning = _meaning(header or "")
        if meaning in columns:
            raise UserError(
                f"model.history: {file} has two columns for {meaning.replace('_', ' ')}: "
                f"{columns[meaning]}, {header}; keep one"
            )
        if meaning:
            columns[meaning] = header
    places = [place for place in PLACES if place in columns]
    if not places or not any(curve in columns for curve in CURVES):
        raise UserError(
            f"model.history: {file} needs a column step or epoch and at least one of "
            f"{', '.join(CURVES)}; it has {', '.join(str(header) for header in rows[0])}"
        )
    points = [
        {meaning: _number(row[header], file, line, header) for meaning, header in columns.items()}
        for line, row in enumerate(rows, 2)
    ]
    if any(math.isnan(point[places[0]]) for point in points):
        raise UserError(f"model.history: {file} has a row without {places[0]}")
    accuracies = [curve for curve in CURVES if curve in columns and curve.endswith("accuracy")]
    if any(point[curve] > 1 for point in points for curve in accuracies):
        points = [point | {curve: point[curve] / 100 for curve in accuracies} for point in points]
    return sorted(points, key=lambda point: point[places[0]])


def _meaning(header: str) -> str | None:
    """Which of `PLACES` and `CURVES` a column holds, by the words in its name; None for others."""
    words = set(re.findall("[a-z]+", header.lower()))
    known = {name for name, spellings in _WORDS.items() if words & spellings}
    quantity = known & {"loss", "accuracy"}
    if not quantity:
        place = known & set(PLACES)
        return place.pop() if len(words) == len(place) == 1 else None
    split = known & {"training", "validation"}
    if len(quantity) > 1 or len(split) > 1 or (not split and len(words) > 1):
        return None
    return f"{split.pop() if split else 'training'}_{quantity.pop()}"


def _number(cell: str | None, file: str | Path, line: int, header: str) -> float:
    if not (cell or "").strip():
        return math.nan
    try:
        return float(cell)
    except ValueError:
        raise UserError(
            f"model.history: {file}, line {line}: {header} is {cell!r}, no number"
        ) from None
