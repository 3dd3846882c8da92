"""The demo dataset: equal bytes, exact masks, and nothing but the food that tells the class."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnscope.errors import UserError
from cnnscope.seeds import stream
from cnnscope_demo import crockery, distractors, scene
from cnnscope_demo.canvas import Canvas, Light
from cnnscope_demo.dataset import draw_dataset
from cnnscope_demo.foods import soup
from cnnscope_demo.scene import CLASSES, draw_picture
from cnnscope_demo.shapes import circle

SIZE = 48
ONE_EACH = {"training": 1, "validation": 1, "testing": 1}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def read(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    draw_dataset(folder, {"training": 3, "validation": 1, "testing": 2}, 5, SIZE, workers=2)
    return folder


def bare_canvas() -> Canvas:
    return Canvas(SIZE, Light.drawn(stream(0)), tilt=0.8)


def test_one_worker_and_two_write_the_same_bytes(tmp_path):
    draw_dataset(tmp_path / "one", ONE_EACH, seed=3, size=SIZE, workers=1)
    draw_dataset(tmp_path / "two", ONE_EACH, seed=3, size=SIZE, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_drawing_over_an_old_dataset_gives_the_same_bytes(drawn):
    before = contents(drawn)
    draw_dataset(drawn, {"training": 3, "validation": 1, "testing": 2}, 5, SIZE, workers=1)
    assert contents(drawn) == before


def test_an_image_does_not_depend_on_how_many_are_drawn(drawn, tmp_path):
    draw_dataset(tmp_path, {"training": 1, "testing": 1}, seed=5, size=SIZE, workers=1)
    more, fewer = contents(drawn), contents(tmp_path)
    images = [name for name in fewer if name.endswith((".jpg", ".png"))]
    assert len(images) == 4 * len(CLASSES)
    assert all(more[name] == fewer[name] for name in images)


def test_the_files_lie_as_the_course_lays_them(drawn):
    labels = range(len(CLASSES))
    stems = {
        "training": {f"{label}_{n}" for label in labels for n in range(3)},
        "validation": {f"{label}_0" for label in labels},
        "testing": {f"{number:04d}" for number in range(2 * len(CLASSES))},
    }
    expected = {"classes.txt", "testing_labels.csv"}
    for split, names in stems.items():
        expected |= {f"{split}/{name}.jpg" for name in names}
        expected |= {f"masks/{split}/{name}.png" for name in names}
    assert set(contents(drawn)) == expected
    picture, mask = (
        Image.open(drawn / "training/4_2.jpg"),
        Image.open(drawn / "masks/training/4_2.png"),
    )
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (SIZE, SIZE))
    assert (mask.format, mask.mode, mask.size) == ("PNG", "L", (SIZE, SIZE))
    assert set(np.unique(mask)) == {0, 255}


def test_the_classes_are_named_in_label_order(drawn):
    assert (drawn / "classes.txt").read_text().splitlines() == [
        "bread",
        "dairy product",
        "dessert",
        "egg",
        "fried food",
        "meat",
        "noodles/pasta",
        "rice",
        "seafood",
        "soup",
        "vegetable/fruit",
    ]


def test_the_truth_about_testing_lies_beside_it(drawn):
    with (drawn / "testing_labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [f"{n:04d}.jpg" for n in range(2 * len(CLASSES))]
    seen = [0] * len(CLASSES)
    for row in rows:
        label = int(row["label"])
        _, mask = draw_picture(5, "testing", label, seen[label], SIZE)
        stem = row["name"].removesuffix(".jpg")
        assert np.array_equal(read(drawn / f"masks/testing/{stem}.png") == 255, mask)
        seen[label] += 1
    assert seen == [2] * len(CLASSES)


def test_the_stored_picture_is_the_drawn_one_up_to_jpeg(drawn):
    picture, mask = draw_picture(5, "training", 8, 1, SIZE)
    stored = read(drawn / "training/8_1.jpg").astype(float)
    assert np.abs(stored - picture).mean() < 8
    assert np.array_equal(read(drawn / "masks/training/8_1.png") == 255, mask)


def test_another_seed_draws_other_pictures():
    one, other = (draw_picture(seed, "training", 0, 0, SIZE)[0] for seed in (1, 2))
    assert np.abs(one.astype(float) - other).mean() > 5


@pytest.mark.parametrize("label", range(len(CLASSES)), ids=CLASSES)
def test_every_picture_shows_food_and_more_than_food(label):
    for number in range(6):
        _, mask = draw_picture(7, "training", label, number, SIZE)
        assert 0.02 < mask.mean() < 0.8


@pytest.mark.parametrize("label", range(len(CLASSES)), ids=CLASSES)
def test_repainting_the_food_changes_the_food_alone_and_by_its_share(label, monkeypatch):
    """White food minus black food, all else equal and unshaded, is how much of a pixel is food."""
    monkeypatch.setattr(Canvas, "shade", lambda *_: None)
    monkeypatch.setattr(crockery, "shade_bowl", lambda *_: None)
    monkeypatch.setattr(soup, "_glare", lambda *_: None)
    blend = Canvas.blend
    for number in range(3):
        painted = []
        for tone in (0.0, 1.0):

            def recoloured(self, frame, colours, share, food, tone=tone):
                blend(self, frame, np.float32(tone) if food else colours, share, food)

            monkeypatch.setattr(Canvas, "blend", recoloured)
            painted.append(scene.paint(7, "training", label, number, SIZE)[0])
        black, white = painted
        share = white.picture - black.picture
        np.testing.assert_allclose(share, np.broadcast_to(white.food, share.shape), atol=1e-5)
        monkeypatch.setattr(Canvas, "blend", blend)
        _, mask = draw_picture(7, "training", label, number, SIZE)
        small = share[0].reshape(SIZE, 2, SIZE, 2).mean((1, 3))
        sure = np.abs(small - 0.5) > 1e-4
        assert np.array_equal((small > 0.5)[sure], mask[sure])


@pytest.mark.parametrize("kind", distractors.KINDS)
def test_what_lies_over_food_is_no_food(kind):
    canvas = bare_canvas()
    canvas.food[:] = 1
    place = crockery.Place("plate", 0.5, 0.5, 0.4)
    for number in range(5):
        distractors.lay(canvas, stream(number), kind, place)
    assert canvas.food.min() == 0
    canvas.food[:] = 0
    distractors.lay(canvas, stream(1), kind, None)
    assert canvas.food.max() == 0


def test_the_edge_of_a_piece_is_where_its_distance_is_zero():
    canvas = bare_canvas()
    frame = canvas.frame(0.5, 0.5, 0.4)
    canvas.put(frame, circle(frame.u, frame.v, 0.25), np.ones((3, 1, 1), np.float32), food=True)
    # An ellipse with half axes of a quarter and of 0.8 x a quarter of the side.
    assert canvas.food.mean() == pytest.approx(np.pi * 0.25 * 0.8 * 0.25, rel=0.01)


def test_nothing_but_food_tells_the_class(monkeypatch):
    """Without the food, the pictures that share a table are the same for all but soup."""
    nothing = dict.fromkeys(scene.FOODS, lambda *_: None)
    monkeypatch.setattr(scene, "FOODS", nothing)
    others = [label for label, name in enumerate(CLASSES) if name != "soup"]
    for laid in range(4):
        pictures = [draw_picture(1, "training", label, laid ^ label, SIZE)[0] for label in others]
        assert all(np.array_equal(pictures[0], picture) for picture in pictures)


def test_every_class_is_laid_on_the_same_sixteen_tables():
    for label in range(len(CLASSES)):
        assert {number ^ label for number in range(16)} == set(range(16))


def test_bowls_do_not_give_soup_away():
    kinds = [crockery.chosen(stream(0, number)) for number in range(400)]
    assert 0.22 < kinds.count("bowl") / 400 < 0.38
    assert {crockery.chosen(stream(0, number), bowl_only=True) for number in range(20)} == {"bowl"}


@pytest.mark.parametrize(
    ("counts", "size", "told"),
    [
        ({"train": 1}, SIZE, "no split is called 'train'"),
        ({"training": -1}, SIZE, "-1 images"),
        ({"training": 1}, 16, "16 x 16"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_nothing_is_written(counts, size, told, tmp_path):
    with pytest.raises(UserError, match=told):
        draw_dataset(tmp_path / "new", counts, seed=0, size=size)
    assert not (tmp_path / "new").exists()
