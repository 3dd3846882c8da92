"""The image sets of a question, as the scripts read them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cnnscope.errors import UserError
from cnnscope.files import load_images, read_json


def read_sets(
    question: str, names: Sequence[str], files: Sequence[str], log: Callable[[str], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of image sets, one after the other; sets without an image are logged.

    Raises:
        UserError: there is no image in any of them.
    """
    empty = empty_sets(names, files)
    if len(empty) == len(files):
        raise UserError(
            f"{question}.images: no image to explain: {'; '.join(empty)}; name another set there, "
            "or choose other images for it in image_sets"
        )
    for line in empty:
        log(f"{question}.images: {line}")
    labels = [label for file in files for label in _facts(file)["labels"]]
    return load_images(files), np.array(labels, np.int64)


def empty_sets(names: Sequence[str], files: Sequence[str]) -> list[str]:
    """A line for each image set without an image: its name, and why it has none."""
    reasons = {name: _facts(file)["empty"] for name, file in zip(names, files, strict=True)}
    return [f"image set {name} is empty: {why}" for name, why in reasons.items() if why]


def _facts(file: str) -> dict:
    return read_json(Path(file).with_suffix(".json"))
