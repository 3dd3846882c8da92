import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from cnnscope.data.archive import index_archive, is_archive, read_members
from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError

FILES = {"training/0_1.png": b"one", "training/0_0.png": b"nought", "classes.txt": b"bread\n"}
KINDS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def packed(file: Path, files: dict[str, bytes]) -> Path:
    """An archive of `files`, its kind by the ending."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    else:
        mode = {".tar": "w", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}[file.suffix]
        with tarfile.open(file, mode) as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_without_unpacking(tmp_path, kind):
    file = packed(tmp_path / f"d.{kind}", FILES)
    assert is_archive(file)
    index = index_archive(file)
    assert [tuple(one) for one in index["files"]] == [
        (name, content_digest(content)) for name, content in FILES.items()
    ]
    assert index["texts"] == {"classes.txt": "bread\n"}
    assert dict(read_members(file, lambda name: name.endswith("0.png"))) == {
        "training/0_0.png": b"nought"
    }
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.png", "climbs out"),
        ("training/../../evil.png", "climbs out"),
        ("..\\evil.png", "climbs out"),
        ("/etc/evil.png", "is absolute"),
        ("\\evil.png", "is absolute"),
        ("C:evil.png", "is absolute"),
        ("../folder/", "climbs out"),
    ],
)
def test_an_entry_that_would_land_outside_is_refused_by_name(tmp_path, kind, name, said):
    file = packed(tmp_path / f"d.{kind}", FILES | {name: b""})
    with pytest.raises(UserError, match=rf"d.{kind} is refused: .*{said}"):
        index_archive(file)
    assert list(tmp_path.iterdir()) == [file]
    assert not (tmp_path.parent / "evil.png").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path, kind):
    with tarfile.open(tmp_path / "d.tar", "w") as archive:
        entry = tarfile.TarInfo("training/0_0.png")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(UserError, match=r"'training/0_0.png' is a link or a device"):
        index_archive(tmp_path / "d.tar")


def test_a_link_in_a_zip_is_refused(tmp_path):
    entry = zipfile.ZipInfo("training/0_0.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(UserError, match=r"'training/0_0.png' is a link or a device"):
        index_archive(tmp_path / "d.zip")


def test_an_entry_larger_than_any_image_is_refused_before_it_is_read(tmp_path):
    with tarfile.open(tmp_path / "d.tar", "w") as archive:
        entry = tarfile.TarInfo("training/0_0.png")
        entry.size = 2**40
        archive.addfile(entry)
    with pytest.raises(UserError, match="which no image has"):
        index_archive(tmp_path / "d.tar")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("training/0_0.png", b"a")
        archive.writestr("training/0_0.png", b"b")
    with pytest.raises(UserError, match=r"training/0_0.png twice"):
        index_archive(tmp_path / "d.zip")


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_cut_short_is_told_in_one_line(tmp_path, kind):
    file = packed(tmp_path / f"d.{kind}", {f"{n}.png": bytes(range(256)) * 40 for n in range(4)})
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(UserError, match="cannot be read as an archive"):
        index_archive(file)


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path):
    file = packed(tmp_path / "d.tar", FILES)
    content = bytearray(file.read_bytes())
    content[1024:1030] = b"\xff" * 6  # the second entry's name, which its checksum covers
    file.write_bytes(content)
    with pytest.raises(UserError, match="cannot be read as an archive"):
        index_archive(file)


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_damaged_archive_is_told_in_one_line(tmp_path, kind):
    file = packed(tmp_path / f"d.{kind}", {"training/0_0.png": bytes(range(256)) * 40})
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8] = b"\xff" * 8
    file.write_bytes(content)
    with pytest.raises(UserError, match="cannot be read as an archive"):
        index_archive(file)


def test_dots_in_a_name_are_no_climbing(tmp_path):
    file = packed(tmp_path / "d.tar", {"./training/./0_..a.png": b"x"})
    assert [name for name, _ in index_archive(file)["files"]] == ["training/0_..a.png"]
