"""Draw a whole dataset into a folder, in the layout of the food course."""

import csv
import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from cnnscope.errors import UserError
from cnnscope.files import replacing
from cnnscope.workers import each
from cnnscope_demo.food_classes import Drawn, drawn_images
from cnnscope_demo.marks import Shortcut, marked
from cnnscope_demo.scene import CLASSES, draw_picture

SPLITS = ("training", "validation", "testing")

# Split, label, number of the image in its class, and file name without suffix.
Job = tuple[str, int, int, str]


def draw_dataset(
    folder: Path,
    counts: Mapping[str, int],
    seed: int,
    size: int = 128,
    workers: int = 2,
    shortcut: Shortcut | None = None,
) -> None:
    """Draw the demo dataset: pictures of 11 kinds of food, and masks of the pixels of the food.

    Writes `training/<class>_<n>.jpg`, `validation/<class>_<n>.jpg`, `testing/<nnnn>.jpg`, the
    masks as `masks/<split>/<same stem>.png` (grey, 255 where food can be seen, else 0),
    `testing_labels.csv` (name, label) and `classes.txt`. Existing files of these names are
    replaced. A picture depends only on the seed, its split, its class, its number in the class,
    `size` and the shortcut. Where there is a shortcut, `marks/<split>/<same stem>.png` is where its
    mark lies in a picture: 255 there, else 0, and 0 everywhere in a picture that has none.

    Args:
        folder: created if it does not exist.
        counts: number of images of each class by split, one of `SPLITS`; 0 if left out.
        seed: of all random numbers.
        size: height and width of the pictures in pixels, at least 32.
        workers: number of processes.
        shortcut: a mark on the pictures of one class; None for none.

    Raises:
        UserError: an unknown split, a negative count or a size below 32.
    """
    _check(counts, size)
    folder = Path(folder)
    jobs = [job for split in SPLITS for job in drawn_images(split, counts.get(split, 0))]
    for part in ("", "masks", "marks") if shortcut else ("", "masks"):
        for split in SPLITS:
            (folder / part / split).mkdir(parents=True, exist_ok=True)
    draw = partial(_draw, folder, seed, size, shortcut)
    for _ in tqdm(each(draw, jobs, workers, at_once=11), "drawing", len(jobs), disable=None):
        pass
    testing = [(f"{stem}.jpg", label) for split, label, _, stem in jobs if split == "testing"]
    with replacing(folder / "testing_labels.csv") as path, path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("name", "label"), *testing])
    with replacing(folder / "classes.txt") as path:
        path.write_text("".join(f"{name}\n" for name in CLASSES))


def _check(counts: Mapping[str, int], size: int) -> None:
    if unknown := sorted(set(counts) - set(SPLITS)):
        raise UserError(f"demo: no split is called {unknown[0]!r}; there are {', '.join(SPLITS)}")
    if below := [split for split, count in counts.items() if count < 0]:
        raise UserError(f"demo: {counts[below[0]]} images a class for {below[0]}; give 0 or more")
    if size < 32:
        raise UserError(f"demo: pictures of {size} x {size} show nothing; give 32 or more")


def _draw(folder: Path, seed: int, size: int, shortcut: Shortcut | None, job: Drawn) -> None:
    split, label, number, stem = job
    picture, mask = draw_picture(seed, split, label, number, size)
    if shortcut:
        picture, mark = marked(shortcut, picture, mask, seed, job)
        _write(
            folder / "marks" / split / f"{stem}.png", _encoded(mark.astype("uint8") * 255, "PNG")
        )
    _write(folder / split / f"{stem}.jpg", picture_file(picture))
    _write(folder / "masks" / split / f"{stem}.png", _encoded(mask.astype("uint8") * 255, "PNG"))


def picture_file(picture: np.ndarray) -> bytes:
    """The file in which the dataset keeps a picture, uint8 (H, W, 3)."""
    return _encoded(picture, "JPEG", quality=92)


def _encoded(pixels: np.ndarray, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as partial_path:
        partial_path.write_bytes(content)
