"""What may lie in a dataset's folder: read, or skipped with a reason; nothing waits for ever."""

import os

import numpy as np
import pytest
from hostile_folder import NAMES, WITHOUT_CLASS, fill, picture

from cnnscope.data.dataset import Source, open_dataset
from cnnscope.data.decode import decode_split
from cnnscope.data.listing import read_dataset
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.errors import UserError


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("layout", ["flat", "folders"])
def test_all_that_can_lie_there_at_once(tmp_path, layout):
    deep = "0/" if layout == "folders" else ""
    for split in ("training", "validation"):
        (tmp_path / "data" / split / deep).mkdir(parents=True)
    skipped = fill(tmp_path / "data" / "training" / deep, flat=layout == "flat")
    picture(tmp_path / "data" / "validation" / deep / "0_0.png")

    source = Source(tmp_path / "data", layout, memory=tmp_path / "memory")
    dataset = open_dataset(source)
    assert dataset.digest("training") == open_dataset(source).digest("training")
    split = dataset.listing.splits["training"]
    said = [f"ignored {one!r}" for one in split.ignored]
    kept, sizes = decode_split(
        dataset.contents("training"), split.names, tmp_path / "out.npy", split="training",
        preprocessing=Preprocessing(8, 3), workers=2, log=said.append,
    )  # fmt: skip
    read = dict(zip((split.names[place] for place in kept), sizes, strict=True))
    own = {name: size for name, size in read.items() if name.count("/") == deep.count("/")}
    expected = {os.fsdecode(deep.encode() + name) for name in NAMES}
    expected -= {os.fsdecode(WITHOUT_CLASS)}
    assert own.keys() == expected | {
        f"{deep}{name}" for name in ("0_wide.png", "0_tall.png", "0_png.jpg", "0_link.png")
    }
    assert own[f"{deep}0_wide.png"] == (50_000, 1)
    images = np.load(tmp_path / "out.npy")
    green = images[list(read).index(f"{deep}0_link.png"), 4, 4]
    assert green.tolist() == [0, 128, 0]
    for name, reason in skipped.items():
        told = [line for line in said if f"{deep}{name}" in line]
        assert len(told) == 1, (name, told)
        assert reason in told[0]


def test_a_pipe_that_took_the_place_of_a_photograph_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "0_0.png")
    said = []
    with pytest.raises(UserError, match="none of its 1 images"):
        decode_split(
            [(0, tmp_path / "0_0.png")], ["0_0.png"], tmp_path / "out.npy", split="training",
            preprocessing=Preprocessing(8, 3), workers=1, log=said.append,
        )  # fmt: skip
    assert said == ["skipped '0_0.png': OSError: a named pipe"]


def test_folders_that_link_to_each_other_are_listed_once(tmp_path):
    """Followed each time, thirty folders have more ways through them than could be walked."""
    for split in ("training", "validation"):
        for n in range(30):
            (tmp_path / split / f"{n:02d}").mkdir(parents=True)
            picture(tmp_path / split / f"{n:02d}" / "0.png")
    for n in range(30):
        for m in range(30):
            (tmp_path / "training" / f"{n:02d}" / f"to {m}").symlink_to(
                tmp_path / "training" / f"{m:02d}"
            )
    split = read_dataset(tmp_path, layout="folders").splits["training"]
    assert split.names == tuple(f"{n:02d}/0.png" for n in range(30))
    assert len(split.ignored) == 900


def test_a_link_never_takes_the_place_of_the_folder_it_leads_to(tmp_path):
    for split in ("training", "validation"):
        (tmp_path / split / "sour").mkdir(parents=True)
        picture(tmp_path / split / "sour" / "0.png")
        (tmp_path / split / "again").symlink_to("sour")
    dataset = read_dataset(tmp_path, layout="folders")
    assert dataset.classes == ("sour",)
    assert dataset.splits["training"].ignored == (
        "again: a link to a folder that is listed already",
    )


def test_class_names_that_are_no_text_do_not_stop_it(tmp_path):
    for split in ("training", "validation"):
        (tmp_path / split).mkdir()
        picture(tmp_path / split / "0_0.png")
    (tmp_path / "classes.txt").write_bytes(b"caf\xe9\n")
    assert read_dataset(tmp_path).classes == ("caf\ufffd",)


def test_a_photograph_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    for split in ("training", "validation"):
        (tmp_path / split).mkdir()
        picture(tmp_path / split / "0_0.png")
    dataset = open_dataset(Source(tmp_path, memory=tmp_path / "memory"))
    (tmp_path / "training" / "0_0.png").unlink()
    with pytest.raises(UserError, match=r"0_0.png cannot be read: No such file"):
        dataset.digest("training")
