"""What lies in the store is used where it is what its record says, and for no other reason."""

import json
import os
import shutil

import pytest
from results_at_hand import decoded, lime, make, store

ONE, TWO = decoded("training"), decoded("validation")
LIME = lime(ONE, TWO)
ALL = (ONE, TWO, LIME)


@pytest.fixture
def root(tmp_path):
    for result in ALL:
        make(tmp_path, result)
    return tmp_path


def test_what_was_made_and_left_alone_can_be_used(root):
    assert [store(root).fault(result) for result in ALL] == [None] * 3
    assert not any(store(root).is_wrong(result) for result in ALL)


def test_what_was_never_made_is_missing_and_not_wrong(tmp_path):
    assert "no record" in store(tmp_path).fault(ONE)
    assert not store(tmp_path).is_wrong(ONE)


def edited(file):
    """The same size and the same times, by which no clock tells it."""
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


def emptied(file):
    file.write_bytes(b"")


def replaced(file):
    file.unlink()
    shutil.copy(file.with_name("record.json"), file)


@pytest.mark.parametrize("damage", [edited, cut, emptied, replaced])
@pytest.mark.parametrize("name", ["images.npy", "images.csv"])
def test_a_stored_file_that_is_not_as_it_was_made_is_wrong(root, damage, name):
    damage(root / ONE.folder / name)
    assert store(root).is_wrong(ONE)
    assert f"{name} is not as it was made" in store(root).fault(ONE)
    assert not store(root).is_wrong(TWO)


def test_a_file_that_is_gone_from_a_folder_is_missed(root):
    (root / LIME.folder / "maps/b.npy").unlink()
    assert store(root).fault(LIME) == f"{LIME.folder}/maps/b.npy is gone"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"key": 1}', "null"])
def test_a_damaged_record_makes_its_result_wrong(root, text):
    (root / ONE.record).write_text(text)
    assert store(root).is_wrong(ONE)


def test_the_record_of_another_key_makes_its_result_wrong(root):
    shutil.copy(root / TWO.record, root / ONE.record)
    assert store(root).is_wrong(ONE)


def test_a_source_that_was_made_anew_with_other_bytes_is_noticed_above(root):
    """As when the weights were trained anew on another machine."""
    make(root, ONE, "other")
    assert not store(root).is_wrong(ONE)
    assert store(root).fault(LIME) == f"{LIME.folder}: {ONE.folder} has other content since"


def test_a_source_that_was_made_anew_with_the_same_bytes_changes_nothing(root):
    shutil.rmtree(root / ONE.folder)
    make(root, ONE)
    assert store(root).fault(LIME) is None


def test_a_source_that_is_gone_does_not_make_the_result_wrong(root):
    """What was made from it is whole, and it can be removed to save room."""
    shutil.rmtree(root / ONE.folder)
    assert store(root).fault(LIME) is None


def test_a_copied_store_is_as_good_as_the_first(root, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy") / "store"
    shutil.copytree(root, copy)
    for file in copy.rglob("*"):
        os.utime(file, (0, 0))
    assert [store(copy).fault(result) for result in ALL] == [None] * 3


def test_the_record_names_every_file_with_its_digest(root):
    record = json.loads((root / LIME.record).read_text())
    assert set(record["outputs"]) == {"result.npy", "maps/b.npy"}
    assert record["inputs"]["images"] == [f"{ONE.folder}/images", f"{TWO.folder}/images"]


def test_what_is_wrong_is_removed_and_the_folder_stays(root):
    edited(root / ONE.folder / "images.npy")
    (root / ONE.folder / "below").mkdir()
    store(root).remove_wrong(ONE)
    assert list((root / ONE.folder).iterdir()) == []


def test_what_another_run_has_made_anew_in_the_meantime_stays(root):
    before = sorted((root / TWO.folder).iterdir())
    store(root).remove_wrong(TWO)
    assert sorted((root / TWO.folder).iterdir()) == before
