"""The demo's shortcut: the mark changes its mask's pixels alone, in as many pictures as asked."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope_demo.dataset import draw_dataset
from cnnscope_demo.food_classes import FOOD_CLASSES
from cnnscope_demo.marks import Shortcut, marked
from cnnscope_demo.scene import draw_picture

SIZE = 48
EGG = FOOD_CLASSES.index("egg")
KINDS = ("sticker", "watermark", "tint")
PICTURE, FOOD = draw_picture(3, "training", EGG, 0, SIZE)


def mark_of(kind: str, share: float, split: str, label: int, number: int, seed: int = 5):
    return marked(Shortcut(kind, EGG, share), PICTURE, FOOD, seed, (split, label, number, "-"))


def having(share: float, split: str, label: int, count: int, seed: int = 5) -> list[int]:
    """The numbers of the pictures that have the mark."""
    return [
        number
        for number in range(count)
        if mark_of("sticker", share, split, label, number, seed)[1].any()
    ]


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_changes_the_pixels_of_its_mask_and_no_other(kind):
    for number in range(4):
        picture, mask = mark_of(kind, 1, "training", EGG, number)
        assert picture.dtype == np.uint8 and mask.dtype == bool
        changed = (picture != PICTURE).any(2)
        assert not changed[~mask].any()
        assert changed[mask].mean() > 0.8


def test_each_mark_lies_in_its_place():
    sticker, watermark, tint = (mark_of(kind, 1, "training", EGG, 0)[1] for kind in KINDS)
    rows, columns = np.nonzero(sticker)
    assert rows.min() > 0.7 * SIZE and columns.min() > 0.7 * SIZE
    assert np.ptp(rows) < 0.2 * SIZE and 0.01 < sticker.mean() < 0.03
    rows, columns = np.nonzero(watermark)
    assert rows.max() < 0.3 * SIZE and columns.max() < 0.6 * SIZE
    assert np.array_equal(tint, ~FOOD)


def test_the_mark_lies_in_the_same_corner_of_every_picture_but_not_at_the_same_pixels():
    masks = [mark_of("sticker", 1, "training", EGG, number)[1] for number in range(6)]
    assert np.logical_and.reduce(masks).mean() > 0.4 * masks[0].mean()
    assert len({mask.tobytes() for mask in masks}) > 1


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 1])
def test_of_any_number_of_pictures_the_share_is_marked_up_to_one(share):
    numbers = having(share, "training", EGG, 40)
    for count in range(1, 41):
        assert abs(sum(number < count for number in numbers) - share * count) <= 1.5


def test_which_pictures_are_marked_follows_the_seed_and_the_split():
    assert having(0.5, "training", EGG, 20) != having(0.5, "training", EGG, 20, seed=6)
    assert having(0.5, "training", EGG, 20) != having(0.5, "validation", EGG, 20)


def test_in_training_and_validation_the_mark_tells_the_class_and_in_testing_nothing():
    for label in range(len(FOOD_CLASSES)):
        for split in ("training", "validation"):
            assert bool(having(0.9, split, label, 10)) == (label == EGG)
        assert 9 <= len(having(0.9, "testing", label, 20)) <= 11


def test_the_dataset_has_masks_of_the_marks_and_is_else_what_it_is_without_them(tmp_path):
    counts = {"training": 2, "testing": 2}
    plain, planted = tmp_path / "plain", tmp_path / "planted"
    draw_dataset(plain, counts, 5, SIZE, workers=1)
    draw_dataset(planted, counts, 5, SIZE, workers=1, shortcut=Shortcut("sticker", EGG, 1))
    before, after = contents(plain), contents(planted)
    assert not (plain / "marks").exists()
    pictures = [name for name in before if name.endswith(".jpg")]
    assert {f"marks/{name[:-4]}.png" for name in pictures} == after.keys() - before.keys()
    for name, content in before.items():
        if name in pictures:
            mark = np.asarray(Image.open(planted / f"marks/{name[:-4]}.png"))
            assert set(np.unique(mark)) <= {0, 255}
            assert (after[name] == content) == (not mark.any()), name
        else:
            assert after[name] == content, name
    training = {name for name in pictures if name.startswith("training")}
    assert {name for name in training if before[name] != after[name]} == {
        f"training/{EGG}_{number}.jpg" for number in range(2)
    }
