import contextlib
import io
import os
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from cnnscope.data import archive
from cnnscope.data.archive import index_archive, is_archive, read_members
from cnnscope.data.fingerprint import content_digest
from cnnscope.errors import UserError

ROOT = Path(__file__).parents[2]
FILES = {"training/0_1.png": b"one", "training/0_0.png": b"nought", "classes.txt": b"bread\n"}
KINDS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def packed(file: Path, files: dict[str, bytes]) -> Path:
    """An archive of `files`, its kind by the ending."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in files.items():
                made.writestr(name, content)
    else:
        mode = {".tar": "w", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}[file.suffix]
        with tarfile.open(file, mode) as made:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                made.addfile(entry, io.BytesIO(content))
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
    with tarfile.open(tmp_path / "d.tar", "w") as made:
        entry = tarfile.TarInfo("training/0_0.png")
        entry.type, entry.linkname = kind, "/etc/passwd"
        made.addfile(entry)
    with pytest.raises(UserError, match=r"'training/0_0.png' is a link or a device"):
        index_archive(tmp_path / "d.tar")


def test_a_link_in_a_zip_is_refused(tmp_path):
    entry = zipfile.ZipInfo("training/0_0.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as made:
        made.writestr(entry, "/etc/passwd")
    with pytest.raises(UserError, match=r"'training/0_0.png' is a link or a device"):
        index_archive(tmp_path / "d.zip")


def test_an_entry_larger_than_any_image_is_refused_before_it_is_read(tmp_path):
    with tarfile.open(tmp_path / "d.tar", "w") as made:
        entry = tarfile.TarInfo("training/0_0.png")
        entry.size = 2**40
        made.addfile(entry)
    with pytest.raises(UserError, match="which no image has"):
        index_archive(tmp_path / "d.tar")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as made:
        made.writestr("training/0_0.png", b"a")
        made.writestr("training/0_0.png", b"b")
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


def in_little_memory(file: Path) -> str:
    """What is said of an archive that is read with no more than 600 MB to spare."""
    code = (
        "import os, resource, sys\n"
        "from pathlib import Path\n"
        "from cnnscope.data.archive import index_archive\n"
        "from cnnscope.errors import UserError\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[0])\n"
        "limit = pages * os.sysconf('SC_PAGE_SIZE') + 600 * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "try:\n"
        "    index_archive(Path(sys.argv[1]))\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, file], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def zeros(megabytes: int) -> bytes:
    """A deflate stream of so many megabytes of nothing, a thousandth of that."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    one = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return one + again * (megabytes - 1) + packer.flush()


def gzipped(*parts: bytes) -> bytes:
    """What gzip gives for streams of `zeros`; their sum at the end is not looked at so far."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"".join(parts) + bytes(8)


def lying(file: Path, size: int, megabytes: int) -> Path:
    """A zip whose only entry says `size` and unpacks to megabytes."""
    stream = zeros(megabytes)
    sizes = struct.pack("<3L2H", 0, len(stream), size, 5, 0)
    local = b"PK\3\4" + struct.pack("<5H", 20, 0, 8, 0, 0) + sizes + b"0.png" + stream
    entry = b"PK\1\2" + struct.pack("<6H", 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<3H2L", 0, 0, 0, 0, 0) + b"0.png"
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 1, 1, len(entry), len(local), 0)
    file.write_bytes(local + entry + end)
    return file


def test_an_entry_that_unpacks_to_more_than_it_says_is_cut_there(tmp_path):
    assert "Bad CRC-32" in in_little_memory(lying(tmp_path / "d.zip", 1000, 2048))


def test_a_bomb_of_one_entry_is_refused(tmp_path):
    said = in_little_memory(lying(tmp_path / "d.zip", 2**31, 2048))
    assert "'0.png' has 2147483648 bytes, which no image has" in said


def test_a_bomb_of_many_entries_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_LARGEST", 2**20)
    files = {f"training/0_{n}.png": bytes(2**20) for n in range(10)}
    with pytest.raises(UserError, match="swells it to over 50 times its own size"):
        index_archive(packed(tmp_path / "many.zip", files))


def test_a_bomb_of_many_entries_on_the_same_bytes_is_refused(tmp_path):
    file = lying(tmp_path / "d.zip", 200 * 2**20, 1)
    whole = file.read_bytes()
    start, end = whole.index(b"PK\1\2"), whole.index(b"PK\5\6")
    many = b"".join(whole[start : end - 5] + b"%05d" % n for n in range(100))
    tail = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 100, 100, len(many), start, 0)
    file.write_bytes(whole[:start] + many + tail)
    with pytest.raises(UserError, match=r"cannot be read|swells it to over 50 times"):
        index_archive(file)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_name_of_two_gigabytes_is_refused(tmp_path, kind):
    entry = tarfile.TarInfo("training/0_0.png")
    entry.type, entry.size = kind, 2**31
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = packer.compress(entry.tobuf(tarfile.GNU_FORMAT)) + packer.flush(zlib.Z_FULL_FLUSH)
    (tmp_path / "d.tar.gz").write_bytes(gzipped(head, zeros(2048)))
    assert "unpacks to over 50 times" in in_little_memory(tmp_path / "d.tar.gz")


def test_an_end_without_an_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_LARGEST", 2**20)
    (tmp_path / "d.tar.gz").write_bytes(gzipped(zeros(64)))
    with pytest.raises(UserError, match="unpacks to over 50 times"):
        index_archive(tmp_path / "d.tar.gz")


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_by_what_cannot_be_unpacked_piece_by_piece_is_refused(tmp_path, packing):
    with zipfile.ZipFile(tmp_path / "d.zip", "w", packing) as made:
        made.writestr("training/0_0.png", bytes(2**20))
    with pytest.raises(UserError, match="is packed in a way"):
        index_archive(tmp_path / "d.zip")


def test_an_encrypted_zip_is_told_as_such(tmp_path):
    content = bytearray(packed(tmp_path / "d.zip", {"training/0_0.png": b"x"}).read_bytes())
    for place in (6, content.index(b"PK\1\2") + 8):
        content[place] |= 1
    (tmp_path / "d.zip").write_bytes(content)
    with pytest.raises(UserError, match="encrypted"):
        index_archive(tmp_path / "d.zip")


def test_a_zip_in_a_zip_is_one_file_and_no_dataset(tmp_path):
    inner = packed(tmp_path / "inner.zip", FILES).read_bytes()
    file = packed(tmp_path / "d.zip", {"training/inner.zip": inner, "training/0_0.png": b"x"})
    assert index_archive(file)["files"][0][0] == "training/inner.zip"


@pytest.mark.parametrize(
    "name", [b"training/0_\xff.png", b"training/0_\xe9\n.png", "training/0_é 'q\".png".encode()]
)
def test_names_of_any_bytes_in_a_tar_are_kept(tmp_path, name):
    text = name.decode("utf-8", "surrogateescape")
    index = index_archive(packed(tmp_path / "d.tar", {text: b"x"}))
    assert os.fsencode(index["files"][0][0]) == name


def test_a_name_in_a_zip_that_is_not_the_utf_8_it_says_is_refused(tmp_path):
    file = packed(tmp_path / "d.zip", {"training/0_é.png": b"x"})
    file.write_bytes(file.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(UserError, match="cannot be read as an archive"):
        index_archive(file)


@pytest.mark.parametrize("kind", KINDS)
def test_damage_anywhere_is_one_line(tmp_path, kind):
    file = packed(tmp_path / f"d.{kind}", FILES)
    whole = file.read_bytes()
    for place in range(0, min(len(whole), 3000), 1 + len(whole) // 300):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        # Damage that leaves an archive is one of other content.
        with contextlib.suppress(UserError):
            is_archive(file)
            index_archive(file)
