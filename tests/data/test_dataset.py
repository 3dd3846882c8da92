import importlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_archive import packed

from cnnscope.data import archive, pixel_table
from cnnscope.data.dataset import OpenDataset, Source, open_dataset
from cnnscope.data.decode import decode_split
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.errors import UserError
from cnnscope.networks.vision import torchvision_models

NAMES = {
    "flat": ("training/0_1.png", "training/1_0.png", "training/0_0.png", "validation/1_2.png"),
    "folders": (
        "training/happy/b.png", "training/angry/a.png", "training/happy/a.png",
        "validation/happy/c.png",
    ),
}  # fmt: skip
EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def picture(value: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (8, 8), value).save(stream, "png")
    return stream.getvalue()


def pictures(layout: str) -> dict[str, bytes]:
    return {name: picture(10 * n) for n, name in enumerate(NAMES[layout])}


def unpacked(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def source(path: Path, layout: str, **options) -> Source:
    return Source(path, layout, memory=path.parent / "memory", **options)


def pixels(opened: OpenDataset, split: str, target: Path) -> list[int]:
    names = opened.listing.splits[split].names
    decode_split(
        opened.contents(split), names, target, split=split, preprocessing=Preprocessing(8, 1),
        workers=2, log=print,
    )  # fmt: skip
    images = np.load(target)
    assert images.shape == (len(names), 8, 8, 1)
    return images[:, 0, 0, 0].tolist()


@pytest.mark.parametrize("layout", ["flat", "folders"])
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
@pytest.mark.parametrize("top", ["", "faces/"])
def test_an_archive_is_the_folder_that_was_packed(tmp_path, layout, kind, top):
    files = pictures(layout)
    folder = open_dataset(source(unpacked(tmp_path / "d", files), layout))
    file = packed(tmp_path / f"d.{kind}", {top + name: files[name] for name in files})
    opened = open_dataset(source(file, layout))
    assert opened.listing == folder.listing
    for split in ("training", "validation"):
        assert opened.digest(split) == folder.digest(split)
        assert pixels(opened, split, tmp_path / "a.npy") == pixels(
            folder, split, tmp_path / "b.npy"
        )


def test_folders_are_numbered_as_imagefolder_does_and_read_in_byte_order(tmp_path):
    opened = open_dataset(source(unpacked(tmp_path / "d", pictures("folders")), "folders"))
    training = opened.listing.splits["training"]
    assert opened.listing.classes == ("angry", "happy")
    assert training.names == ("angry/a.png", "happy/a.png", "happy/b.png")
    assert training.labels == (0, 1, 1)
    assert pixels(opened, "training", tmp_path / "out.npy") == [10, 20, 0]


def test_samples_and_classes_are_those_of_imagefolder(tmp_path):
    names = ("b/10.png", "b/2.png", "a b/1.png", "a/1.png", "B/1.png", "é/1.png", "a/x/3.png")
    files = {f"{split}/{name}": b"" for split in ("training", "validation") for name in names}
    folder = unpacked(tmp_path / "d", files)
    torchvision_models()
    oracle = importlib.import_module("torchvision.datasets").ImageFolder(folder / "training")
    listing = open_dataset(source(folder, "folders")).listing
    assert list(listing.classes) == oracle.classes
    split = listing.splits["training"]
    files = [str(folder / "training" / name) for name in split.names]
    assert list(zip(files, split.labels, strict=True)) == oracle.samples


def test_a_list_of_classes_gives_folders_the_labels_of_the_csv(tmp_path):
    folder = unpacked(tmp_path / "d", pictures("folders"))
    opened = open_dataset(source(folder, "folders", classes=EMOTIONS))
    assert opened.listing.classes == EMOTIONS
    assert opened.listing.splits["training"].labels == (0, 3, 3)
    with pytest.raises(UserError, match=r"dataset.classes: happy is not among angry, hapy"):
        open_dataset(source(folder, "folders", classes=("angry", "hapy")))


def test_testing_images_beside_the_folders_have_no_label(tmp_path):
    files = pictures("folders") | {"testing/1.png": b"", "testing/happy/1.png": b""}
    opened = open_dataset(source(unpacked(tmp_path / "d", files), "folders"))
    assert opened.listing.splits["testing"].labels == (-1, 1)


def test_a_class_of_validation_that_training_lacks_is_named(tmp_path):
    files = pictures("folders") | {"validation/joy/1.png": b""}
    with pytest.raises(UserError, match=r"validation/joy/1.png: class joy has no image"):
        open_dataset(source(unpacked(tmp_path / "d", files), "folders"))


def test_what_macos_packs_beside_the_images_is_no_image(tmp_path):
    extra = {"__MACOSX/training/._0_0.png": b"", "training/._0_0.png": b""}
    file = packed(tmp_path / "d.zip", pictures("flat") | extra)
    training = open_dataset(source(file, "flat")).listing.splits["training"]
    assert training.names == ("0_0.png", "0_1.png", "1_0.png")
    assert training.ignored == ("._0_0.png",)


def table(tmp_path: Path, *rows: str, header: str = "label,feature") -> Path:
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]))
    return tmp_path / "t.csv"


def test_usage_splits_a_csv(tmp_path):
    rows = [
        f"{n % 2},{n} {n} {n} {n},{usage}"
        for n, usage in enumerate(["PrivateTest", "Training", "Training", "PublicTest"])
    ]
    file = table(tmp_path, *rows, header="emotion,pixels,Usage")
    opened = open_dataset(source(file, "csv", classes=("no", "yes")))
    splits = opened.listing.splits
    assert list(splits) == ["training", "validation", "testing"]
    assert {name: split.names for name, split in splits.items()} == {
        "training": ("line 3", "line 4"),
        "validation": ("line 5",),
        "testing": ("line 2",),
    }
    assert splits["training"].labels == (1, 0)
    assert pixels(opened, "training", tmp_path / "out.npy") == [1, 2]


def test_a_csv_without_usage_is_cut_and_every_row_is_in_one_part(tmp_path):
    file = table(tmp_path, *(f"{n % 2},{n} {n} {n} {n}" for n in range(20)))
    opened = open_dataset(source(file, "csv", validation_fraction=0.3))
    splits = opened.listing.splits
    assert sorted(splits["validation"].labels) == [0, 0, 0, 1, 1, 1]
    parts = [pixels(opened, split, tmp_path / "out.npy") for split in splits]
    assert parts[0] == sorted(parts[0]) and sorted(parts[0] + parts[1]) == list(range(20))
    other = open_dataset(source(file, "csv", validation_fraction=0.3, seed=1))
    assert other.digest("validation") != opened.digest("validation")


def test_bad_rows_are_named_by_line_and_skipped_where_allowed(tmp_path):
    rows = [f"{n % 2},1 2 3 {n}" for n in range(8)]
    file = table(tmp_path, *rows[:4], "0,1 2 3", *rows[4:], "2,1 2 3 4")
    with pytest.raises(UserError, match=r"1 bad rows, .*max_bad_rows allows 0: line 6: 3 pix"):
        open_dataset(source(file, "csv"))
    with pytest.raises(UserError, match=r"2 bad rows.*line 11: label 2 is not below 2"):
        open_dataset(source(file, "csv", classes=("no", "yes"), max_bad_rows=1))
    opened = open_dataset(source(file, "csv", classes=("no", "yes"), max_bad_rows=2))
    splits = opened.listing.splits
    assert sum(len(split.names) for split in splits.values()) == 8
    assert splits["training"].ignored[0].startswith("line 6: 3 pixels")


@pytest.mark.parametrize(
    ("kind", "layout", "said"),
    [
        ("flat", "folders", r"folders does not fit .*training: .*set dataset.layout: flat"),
        ("folders", "flat", r"flat does not fit .*training: .*set dataset.layout: folders"),
        ("flat", "csv", r"csv does not fit .*, a folder"),
        ("t.csv", "flat", r"flat does not fit .*a CSV file; set dataset.layout: csv"),
        ("t.csv", "folders", r"folders does not fit .*a CSV file; set dataset.layout: csv"),
        ("d.zip", "csv", r"csv does not fit .*an archive"),
        ("d.zip", "folders", r"folders does not fit .*set dataset.layout: flat"),
        ("notes.txt", "flat", "is no archive that can be read"),
        ("notes.txt", "csv", "begins with 'hello'"),
        ("none", "csv", "is no folder, archive or CSV file"),
    ],
)
def test_a_layout_that_does_not_fit_says_which_does(tmp_path, kind, layout, said):
    for name in NAMES:
        unpacked(tmp_path / name, pictures(name))
    table(tmp_path, "0,1 2 3 4")
    packed(tmp_path / "d.zip", pictures("flat"))
    (tmp_path / "notes.txt").write_text("hello\n")
    with pytest.raises(UserError, match=said):
        open_dataset(source(tmp_path / kind, layout))


@pytest.mark.parametrize(
    ("name", "layout", "reader"),
    [("d.zip", "flat", (archive, "read_members")), ("t.csv", "csv", (pixel_table, "_read"))],
)
def test_a_file_is_gone_through_once_wherever_it_lies(tmp_path, monkeypatch, name, layout, reader):
    packed(tmp_path / "d.zip", pictures("flat"))
    table(tmp_path, *(f"{n % 2},1 2 3 {n}" for n in range(8)))
    index = ContentIndex(tmp_path / "memory")
    first = open_dataset(source(tmp_path / name, layout), index)
    index.save()
    (tmp_path / "away").mkdir()
    moved = (tmp_path / name).rename(tmp_path / "away" / name)
    os.utime(moved, (1, 1))
    # Whoever goes through the file again calls None.
    monkeypatch.setattr(*reader, None)
    again = open_dataset(Source(moved, layout, memory=tmp_path / "memory"))
    assert again.listing == first.listing
    assert again.digest("training") == first.digest("training")


@pytest.mark.skipif(not os.environ.get("CNNSCOPE_TEST_DATA"), reason="needs the real files")
def test_fer2013_as_it_is_given(tmp_path):
    faces = Path(os.environ["CNNSCOPE_TEST_DATA"]) / "fer2013"
    memory = tmp_path / "memory"
    packed_faces = open_dataset(Source(faces / "fer2013.zip", "folders", EMOTIONS, memory=memory))
    counts = {name: len(split.names) for name, split in packed_faces.listing.splits.items()}
    assert counts == {"training": 28709, "validation": 3589}
    assert packed_faces.listing.splits["training"].labels.count(1) == 436
    for name, total in (("train.csv", 840), ("fer2013.csv", 385)):
        opened = open_dataset(Source(faces / name, "csv", EMOTIONS, memory=memory))
        assert sum(len(split.names) for split in opened.listing.splits.values()) == total
