"""Pictures that are no dataset: wherever they lie, and with labels from a list."""

import io
from pathlib import Path

import pytest
from PIL import Image
from test_archive import packed

from cnnscope.data.dataset import contents_of, open_dataset
from cnnscope.data.layout import recognised_layout
from cnnscope.data.loose_pictures import PICTURES, read_labels
from cnnscope.data.source import Source
from cnnscope.errors import UserError

NAMES = ("a.png", "b/a.png", "b/c/z.jpg", "b.png")
LISTED = ("a.png", "b/a.png", "b/c/z.jpg", "b.png")
CLASSES = ("bread", "egg", "7")


def picture(value: int) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (8, 8), value).save(stream, "png")
    return stream.getvalue()


FILES = {name: picture(10 * n) for n, name in enumerate(NAMES)} | {
    "notes.txt": b"no picture", ".hidden/c.png": picture(0), "._a.png": b"of macOS",
    "__MACOSX/a.png": b"of macOS",
}  # fmt: skip


def laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def opened(path: Path, **options):
    return open_dataset(Source(path, PICTURES, memory=path.parent / "memory", **options))


@pytest.mark.parametrize("top", ["", "photos/"])
@pytest.mark.parametrize("kind", ["d.zip", "d.tar.gz"])
def test_a_nested_folder_and_an_archive_of_it_are_the_same_pictures(tmp_path, kind, top):
    folder = opened(laid_out(tmp_path / "d", FILES))
    archive = packed(tmp_path / kind, {f"{top}{name}": one for name, one in FILES.items()})
    split = folder.listing.splits[PICTURES]
    assert sorted(split.names) == sorted(LISTED) and set(split.labels) == {-1}
    assert set(split.ignored) >= {"notes.txt", ".hidden/c.png", "._a.png", "__MACOSX/a.png"}
    packed_up = opened(archive)
    assert packed_up.listing.splits[PICTURES].names == split.names
    assert packed_up.digest(PICTURES) == folder.digest(PICTURES)


def test_one_picture_is_a_dataset_of_one(tmp_path):
    folder = laid_out(tmp_path / "d", FILES)
    alone = opened(folder / "b.png")
    assert alone.listing.splits[PICTURES].names == ("b.png",)
    ((position, file),) = alone.contents(PICTURES, None)
    assert (position, file) == (0, folder / "b.png")


def test_a_few_pictures_are_read_where_they_lie(tmp_path):
    folder = laid_out(tmp_path / "d", FILES)
    archive = packed(tmp_path / "d.zip", FILES)
    for path in (folder, archive):
        source = Source(path, PICTURES, memory=tmp_path / "memory")
        found = dict(contents_of(source, PICTURES, ["b/c/z.jpg", "a.png"]))
        read = [
            one if isinstance(one, bytes) else one.read_bytes() for _, one in sorted(found.items())
        ]
        assert read == [FILES["b/c/z.jpg"], FILES["a.png"]]
    alone = Source(folder / "a.png", PICTURES, memory=tmp_path / "memory")
    assert dict(contents_of(alone, PICTURES, ["a.png"])) == {0: folder / "a.png"}


@pytest.mark.parametrize(
    ("names", "layout"),
    [
        (NAMES, "pictures"),
        (("training/0_1.png", "validation/0_0.png"), "flat"),
        (("training/0/1.png", "validation/0/0.png"), "folders"),
        (("training/0_1.png", "training/more/1.png", "validation/0_0.png"), "flat"),
        (("validation/0_0.png",), "flat"),
    ],
)
def test_the_layout_is_told_from_what_there_is(tmp_path, names, layout):
    files = {name: picture(n) for n, name in enumerate(names)}
    assert recognised_layout(laid_out(tmp_path / "d", files)) == layout
    for top in ("", "d/"):
        archive = packed(tmp_path / f"in{top[:1]}.zip", {f"{top}{n}": b for n, b in files.items()})
        assert recognised_layout(archive) == layout


def test_the_layout_of_a_file_is_told_from_its_content(tmp_path):
    (tmp_path / "a.png").write_bytes(picture(1))
    (tmp_path / "t.csv").write_text("label,feature\n0,1 2 3 4\n")
    (tmp_path / "a.txt").write_text("words")
    found = [recognised_layout(tmp_path / name) for name in ("a.png", "t.csv", "a.txt", "none")]
    assert found == ["pictures", "csv", "flat", "flat"]


def labels(tmp_path: Path, text: str, classes=CLASSES) -> dict:
    (tmp_path / "l.csv").write_text(text)
    return dict(read_labels(tmp_path / "l.csv", LISTED, classes))


def test_labels_are_taken_by_path_or_file_name_and_by_name_or_number(tmp_path):
    text = "label,file\negg,a.png\n2,b/a.png\nbread,z.jpg\n7,./b.png\n1,of_others.png\n"
    # `a.png` is a picture itself, so that `b/a.png` goes by its whole path alone; 7 is a name.
    assert labels(tmp_path, text) == {"a.png": 1, "b/a.png": 2, "b/c/z.jpg": 0, "b.png": 2}
    assert labels(tmp_path, "file,label\nz.jpg,11\n", ()) == {"b/c/z.jpg": 11}


def test_a_file_name_that_two_folders_have_says_nothing(tmp_path):
    (tmp_path / "l.csv").write_text("file,label\ns.png,0\ny/s.png,1\n")
    assert read_labels(tmp_path / "l.csv", ("x/s.png", "y/s.png"), CLASSES) == {"y/s.png": 1}


def test_labels_reach_the_pictures_that_they_are_of(tmp_path):
    folder = laid_out(tmp_path / "d", FILES)
    (tmp_path / "l.csv").write_text("file,label\nb.png,egg\nb/a.png,bread\n")
    split = opened(folder, classes=CLASSES, labels=tmp_path / "l.csv").listing.splits[PICTURES]
    known = dict(zip(split.names, split.labels, strict=True))
    assert known == {"a.png": -1, "b/a.png": 0, "b/c/z.jpg": -1, "b.png": 1}


@pytest.mark.parametrize(
    ("text", "classes", "said"),
    [
        ("name,label\na.png,egg\n", CLASSES, "no CSV file with the columns file and label"),
        ("file,label\na.png,eg\n", CLASSES, "line 2: 'eg' is none of the 3 classes; did you mean"),
        ("file,label\na.png,3\n", CLASSES, "line 2: '3' is none of the 3 classes"),
        ("file,label\na.png,-1\n", CLASSES, "line 2: '-1' is none of the 3 classes"),
        ("file,label\na.png,egg\n", (), "'egg' is no number; name the classes in dataset.classes"),
        ("file,label\na.png,0\na.png,1\n", CLASSES, "line 3: a.png has another label above"),
        ("file,label\nx.png,0\n", CLASSES, "knows none of the 4 pictures; the first is a.png"),
        ("", CLASSES, "no CSV file with the columns file and label"),
    ],
)
def test_labels_that_do_not_fit_are_refused_in_one_line(tmp_path, text, classes, said):
    with pytest.raises(UserError) as refused:
        labels(tmp_path, text, classes)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_folder_without_a_picture_is_refused(tmp_path):
    laid_out(tmp_path / "d", {"notes.txt": b"words"})
    with pytest.raises(UserError, match=r"d holds no image \(looked at 1 names\)"):
        opened(tmp_path / "d")
