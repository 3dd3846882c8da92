"""Pictures of the demo painted again without an object: what changes, and what can be seen."""

import numpy as np
import pytest

from cnnscope.errors import UserError
from cnnscope_demo import crockery
from cnnscope_demo.canvas import Canvas
from cnnscope_demo.dataset import draw_dataset, picture_file
from cnnscope_demo.interventions import Picture, drawn_without, parts_of
from cnnscope_demo.objects import PORTIONS, SLICES, Objects
from cnnscope_demo.scene import CLASSES, draw_picture, paint

SIZE = 48
every_class = pytest.mark.parametrize("label", range(len(CLASSES)), ids=CLASSES)


def place(label: int, number: int = 0) -> tuple[int, str, int, int, int]:
    return 7, "training", label, number, SIZE


def painted(label: int, number: int = 0, **asked) -> Canvas:
    return paint(*place(label, number), **asked)[0]


@every_class
def test_watching_changes_nothing_and_each_pixel_shows_one_thing(label):
    for number in range(4):
        plain, watched = painted(label, number), painted(label, number, watched=True)
        assert np.array_equal(plain.picture, watched.picture)
        assert plain.objects.names == watched.objects.names
        seen = np.stack(watched.objects.seen)
        assert seen.min() >= 0 and seen.sum(0).max() < 1.0001
        of_food = [name.startswith("food") for name in watched.objects.names]
        assert (seen[of_food].sum(0) > watched.food - 1e-4).all()


@every_class
def test_without_shadows_an_object_changes_the_pixels_where_it_is_seen_and_no_other(
    label, monkeypatch
):
    monkeypatch.setattr(Canvas, "shade", lambda *_: None)
    monkeypatch.setattr(crockery, "shade_bowl", lambda *_: None)
    for number in range(3):
        whole = painted(label, number, watched=True)
        for one, seen in enumerate(whole.objects.seen):
            without = painted(label, number, left_out=[one])
            change = np.abs(whole.picture - without.picture).max(0)
            assert change[seen == 0].max(initial=0) < 1e-5
            if (seen > 0.9).any():
                assert (change[seen > 0.9] > 1e-3).mean() > 0.95


@every_class
def test_beyond_its_own_pixels_an_object_casts_a_shadow_at_most(label):
    """Where an object is not seen, the canvas without it is nowhere darker."""
    for number in range(3):
        whole = painted(label, number, watched=True)
        for one, seen in enumerate(whole.objects.seen):
            brighter = painted(label, number, left_out=[one]).picture - whole.picture
            assert brighter[:, seen == 0].min(initial=0) > -1e-5


def test_a_shadow_goes_with_its_object():
    whole = painted(5, watched=True)
    dish = whole.objects.names.index("plate")
    brighter = (painted(5, left_out=[dish]).picture - whole.picture).min(0)
    assert (brighter[whole.objects.seen[dish] == 0] > 0.05).sum() > 20


@every_class
def test_which_objects_there_are_does_not_depend_on_what_is_left_out(label):
    for number in range(3):
        names = painted(label, number).objects.names
        assert len(set(names)) == len(names)
        for one in range(len(names)):
            assert painted(label, number, left_out=[one]).objects.names == names


@every_class
def test_without_any_object_the_table_is_left(label):
    names = painted(label).objects.names
    bare = painted(label, left_out=range(len(names)), watched=True)
    assert not bare.food.any() and not np.stack(bare.objects.seen).any()
    others = [one for one in range(len(CLASSES)) if one != label]
    same = painted(others[0], others[0] ^ label, left_out=range(40))
    assert np.array_equal(bare.picture, same.picture), "the classes share their tables"


def test_food_in_one_piece_is_three_objects_side_by_side_and_many_pieces_are_four():
    objects = Objects(40, watched=True)
    canvas = Canvas(20, painted(0).light, objects=objects)
    frame, white = canvas.frame(0.5, 0.5, 0.3), np.ones((3, 1, 1), np.float32)
    objects.begin_mass()
    canvas.put(frame, np.maximum(np.abs(frame.u), np.abs(frame.v)) - 0.225, white, food=True)
    assert [np.flatnonzero(seen.any(0)).tolist() for seen in objects.seen] == [
        list(range(11, 17)), list(range(17, 23)), list(range(23, 29)),
    ]  # fmt: skip
    for count, groups in ((1, SLICES), (2, 2), (4, 4), (9, PORTIONS)):
        objects = Objects(40)
        canvas = Canvas(20, painted(0).light, objects=objects)
        for _ in objects.pieces(range(count)):
            canvas.put(frame, frame.u, white)
        assert len(objects.names) == groups


@every_class
def test_the_parts_are_what_is_seen_each_pixel_once(label):
    for number in range(4):
        parts = parts_of(Picture(*place(label, number)))
        assert len(parts.numbers) == len(parts.names) == len(parts.masks) >= 2
        assert parts.masks.sum(0).max() == 1
        assert parts.masks.mean((1, 2)).min() >= 0.001
        _, food = draw_picture(*place(label, number))
        foods = [name.startswith("food") for name in parts.names]
        # Where two pieces meet neither need be half of the pixel, and a glass is no food.
        assert (parts.masks[foods].any(0) ^ food).mean() < (0.12 if label == 1 else 0.02)
        told = [name for name, tells in zip(parts.names, parts.tells, strict=True) if tells]
        bowl = ["bowl"] if CLASSES[label] == "soup" else []
        assert told == [*bowl, *(name for name in parts.names if name.startswith("food"))]


def test_a_file_name_tells_the_picture_and_nothing_left_out_gives_the_file(tmp_path):
    draw_dataset(tmp_path, {"training": 2, "testing": 2}, seed=3, workers=1)
    for path in ("training/4_1.jpg", "training/10_0.jpg", "testing/0013.jpg", "testing/0009.jpg"):
        again = drawn_without(Picture.at(path, seed=3), ())
        assert picture_file(again) == (tmp_path / path).read_bytes()
    assert Picture.at("testing/0013.jpg", 3) == Picture(3, "testing", 2, 1)
    with pytest.raises(UserError, match="no picture of it is called training/cat"):
        Picture.at("training/cat.jpg", 3)
