from pathlib import Path

import pytest

from cnnscope.data.listing import read_dataset
from cnnscope.errors import UserError


def make(folder: Path, **splits: list[str]) -> Path:
    for split, names in splits.items():
        (folder / split).mkdir(parents=True)
        for name in names:
            (folder / split / name).write_bytes(b"")
    return folder


def test_names_are_sorted_as_bytes_not_as_numbers_or_by_case(tmp_path):
    names = ["0_10.jpg", "0_2.jpg", "0_1.jpg", "0_B.jpg", "0_a.jpg", "0_é.jpg"]
    dataset = read_dataset(make(tmp_path, training=names, validation=["0_0.jpg"]))
    assert dataset.splits["training"].names == (
        "0_1.jpg",
        "0_10.jpg",
        "0_2.jpg",
        "0_B.jpg",
        "0_a.jpg",
        "0_é.jpg",
    )


def test_no_label_is_invented_for_testing(tmp_path):
    make(
        tmp_path,
        training=["0_0.jpg", "3_0.jpg"],
        validation=["3_1.png"],
        testing=["0001.jpg", "3_7.jpg", "20230101_8.jpg", "img_1.jpg", "2_1.jpg"],
    )
    testing = read_dataset(tmp_path).splits["testing"]
    labels = dict(zip(testing.names, testing.labels, strict=True))
    assert labels == {
        "0001.jpg": -1,
        "20230101_8.jpg": -1,
        "2_1.jpg": -1,
        "3_7.jpg": 3,
        "img_1.jpg": -1,
    }


def test_what_is_no_image_by_its_ending_is_named(tmp_path):
    make(tmp_path, training=["0_0.JPG", ".DS_Store", "notes.txt"], validation=["0_0.jpg"])
    assert read_dataset(tmp_path).splits["training"].ignored == (".DS_Store", "notes.txt")


def test_class_names_come_from_the_config_then_the_dataset_then_the_numbers(tmp_path):
    make(tmp_path, training=["0_0.jpg", "1_0.jpg"], validation=["0_0.jpg"])
    assert read_dataset(tmp_path).classes == ("0", "1")
    (tmp_path / "classes.txt").write_text("bread\n\nsoup\n")
    assert read_dataset(tmp_path).classes == ("bread", "soup")
    assert read_dataset(tmp_path, ["a", "b"]).classes == ("a", "b")


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ({"validation": ["0_0.jpg"]}, "training is missing"),
        ({"training": ["0_0.jpg"]}, "validation is missing"),
        ({"training": [], "validation": ["0_0.jpg"]}, "training holds no image"),
        ({"training": ["x_0.jpg"], "validation": ["0_0.jpg"]}, "x_0.jpg: the name does not begin"),
        ({"training": ["0_0.jpg"], "validation": ["5_0.jpg"]}, "class 5 has no image in training/"),
    ],
)
def test_a_dataset_that_does_not_fit_is_told_with_its_place(tmp_path, splits, said):
    with pytest.raises(UserError, match=said):
        read_dataset(make(tmp_path / "d", **splits))


def test_too_few_class_names_are_refused(tmp_path):
    make(tmp_path, training=["4_0.jpg"], validation=["4_0.jpg"])
    with pytest.raises(UserError, match="2 names for 5 classes"):
        read_dataset(tmp_path, ["a", "b"])


def test_no_such_folder(tmp_path):
    with pytest.raises(UserError, match="is no folder"):
        read_dataset(tmp_path / "none")
