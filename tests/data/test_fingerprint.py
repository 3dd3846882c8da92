import os
from pathlib import Path

import pytest

from cnnscope.data import fingerprint
from cnnscope.data.fingerprint import ContentIndex, digest_of_named


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The files whose content is read."""
    seen: list[str] = []
    real = fingerprint.file_digest
    monkeypatch.setattr(fingerprint, "file_digest", lambda f: seen.append(Path(f).name) or real(f))
    return seen


def digest(folder: Path) -> str:
    index = ContentIndex(folder.parent / "index.json")
    files = sorted(folder.iterdir())
    value = digest_of_named((file.name, index.digest(file)) for file in files)
    index.save()
    return value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d").mkdir()
    for name in "abc":
        (tmp_path / "d" / name).write_text(name)
    return tmp_path / "d"


def test_unchanged_files_are_not_read_again(folder, reads):
    first = digest(folder)
    assert reads == ["a", "b", "c"]
    assert digest(folder) == first
    assert len(reads) == 3


def test_a_touched_file_is_read_and_found_the_same(folder, reads):
    first = digest(folder)
    os.utime(folder / "b", (1, 1))
    assert digest(folder) == first
    assert reads == ["a", "b", "c", "b"]


def test_a_replaced_file_of_the_same_size_and_time_is_noticed(folder):
    first = digest(folder)
    stat = (folder / "b").stat()
    (folder / "b").write_text("x")
    os.utime(folder / "b", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert digest(folder) != first


def test_a_renamed_file_changes_the_whole(folder):
    first = digest(folder)
    (folder / "b").rename(folder / "bb")
    assert digest(folder) != first


def test_a_damaged_memory_costs_only_time(folder):
    first = digest(folder)
    (folder.parent / "index.json").write_text("{ damaged")
    assert digest(folder) == first
