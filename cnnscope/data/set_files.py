"""The files of image sets: written once, read by every question that asks about them."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError
from cnnscope.files import load_images, read_json, write_json
from cnnscope.tables import INDEX_COLUMNS, SET_COLUMNS, read_table, write_table


def read_sets(
    question: str, names: Sequence[str], files: Sequence[str], log: Callable[[str], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of image sets, one after the other; sets without an image are logged.

    Raises:
        UserError: there is no image in any of them.
    """
    log_empty_sets(question, names, files, log)
    labels = [label for file in files for label in _facts(file)["labels"]]
    return load_images(files), np.array(labels, np.int64)


def log_empty_sets(
    question: str, names: Sequence[str], files: Sequence[str], log: Callable[[str], None]
) -> None:
    """Log which image sets have no image.

    Args:
        files: of the sets, their images or their tables.

    Raises:
        UserError: none of them has an image.
    """
    empty = empty_sets(names, files)
    if len(empty) == len(files):
        raise UserError(
            f"{question}.images: no image to explain: {'; '.join(empty)}; name another set there, "
            "or choose other images for it in image_sets"
        )
    for line in empty:
        log(f"{question}.images: {line}")


def read_indices(names: Sequence[str], files: Sequence[str]) -> list[list[dict[str, str]]]:
    """The rows of the index of each image set, where the sets stand one after the other.

    Args:
        files: the index of each set.

    Returns:
        Of each set a row an image with the columns `SET_COLUMNS`: numbered on from set to set.
    """
    indices: list[list[dict[str, str]]] = []
    start = 0
    for name, file in zip(names, files, strict=True):
        numbered = enumerate(read_table(file), start)
        rows = [row | {"row": str(number), "set": name} for number, row in numbered]
        indices.append([{column: row[column] for column in SET_COLUMNS} for row in rows])
        start += len(rows)
    return indices


def write_set(
    outputs,
    settings: Mapping,
    rows: Sequence[tuple[int, str, int]],
    empty: str | None,
    log: Callable[[str], None],
) -> None:
    """Write the facts and the index of an image set, whose images are written already.

    Args:
        outputs: has the paths `images`, `table` (the facts, `.json`) and `index` (`.csv`).
        settings: `name`, `split`, the number of `classes`, and how the set is chosen.
        rows: position in the split, path and label of each image.
        empty: why there is none.
    """
    name, split = settings["name"], settings["split"]
    labels = [label for _, _, label in rows]
    by_class = "per_class" in settings
    absent = sorted(set(range(settings["classes"])) - set(labels)) if by_class else []
    facts = {
        "split": split,
        "positions": [position for position, _, _ in rows],
        "labels": labels,
        "paths": [path for _, path, _ in rows],
        "empty": empty,
        "absent_classes": absent,
    }
    write_json(outputs.table, facts)
    images = np.load(outputs.images, mmap_mode="r")
    write_table(
        outputs.index,
        INDEX_COLUMNS,
        [
            (number, split, *row, content_digest(images[number].tobytes()))
            for number, row in enumerate(rows)
        ],
    )
    log(f"image set {name}: {empty or f'{len(rows)} images of {split}'}")
    if rows and absent:
        log(f"image set {name}: no image of class {', '.join(map(str, absent))}")


def empty_sets(names: Sequence[str], files: Sequence[str]) -> list[str]:
    """A line for each image set without an image: its name, and why it has none."""
    reasons = {name: _facts(file)["empty"] for name, file in zip(names, files, strict=True)}
    return [f"image set {name} is empty: {why}" for name, why in reasons.items() if why]


def _facts(file: str) -> dict:
    return read_json(Path(file).with_suffix(".json"))
