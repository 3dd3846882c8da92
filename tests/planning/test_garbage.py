"""What `snakemake gc` removes: what no published result is made from."""

import json

import pytest
from results_at_hand import decoded, lime, make, store

from cnnscope.planning.garbage import remove, unreachable

ONE, TWO, OLD = decoded("training"), decoded("validation"), decoded("training", "e" * 64)
LIME, OLD_LIME = lime(ONE, TWO), lime(OLD, TWO)


@pytest.fixture
def root(tmp_path):
    for result in (ONE, TWO, OLD, LIME, OLD_LIME):
        make(tmp_path / "store", result)
    return tmp_path


def published(root, *results):
    """Records as a run leaves them beside its published results."""
    files = []
    for number, result in enumerate(results):
        files.append(root / f"{number}.json")
        record = json.loads((root / "store" / result.record).read_text())
        files[-1].write_text(json.dumps(record | {"published": {}}))
    return files


def names(root, found):
    return {folder.relative_to(root / "store").as_posix() for folder in found}


def test_what_a_published_result_is_made_from_stays(root):
    found = unreachable(root / "store", published(root, LIME), [])
    assert names(root, found) == {OLD.folder, OLD_LIME.folder}
    remove(found)
    assert [store(root / "store").fault(result) for result in (ONE, TWO, LIME)] == [None] * 3
    assert not (root / "store" / OLD.folder).exists()


def test_what_two_runs_share_stays_as_long_as_one_of_them_is_published(root):
    assert unreachable(root / "store", published(root, LIME, OLD_LIME), []) == {}
    assert names(root, unreachable(root / "store", published(root, OLD_LIME), [])) == {
        ONE.folder, LIME.folder,
    }  # fmt: skip


def test_what_the_config_needs_stays_before_it_is_published(root):
    found = unreachable(root / "store", [], [LIME.folder])
    assert names(root, found) == {OLD.folder, OLD_LIME.folder}


def test_the_bytes_are_those_of_the_files(root):
    found = unreachable(root / "store", published(root, LIME), [])
    folder = root / "store" / OLD.folder
    assert found[folder] == sum(file.stat().st_size for file in folder.iterdir())


def test_what_has_no_record_is_removed(root):
    """What a killed job has left; nothing that is published is made from it."""
    (root / "store" / OLD_LIME.record).unlink()
    found = unreachable(root / "store", published(root, LIME), [])
    assert OLD_LIME.folder in names(root, found)
