"""A dataset folder with all that a file system can hold in it."""

import os
import socket
import struct
import zlib
from contextlib import chdir
from pathlib import Path

from PIL import Image

# In the flat layout each begins with the class; all bytes but "/" and NUL may stand in a name.
NAMES = (
    b"0_\n.png",
    b"0_\r.png",
    b"0_a,b;c.png",
    b"0_'q\".png",
    b"0_$(touch pwned).png",
    b"0_{split}.png",
    b"0_\xff\xfe.png",
    "0_\u2028é.png".encode(),
    b"0_\x1b[2J.png",
    b"0_ .png",
    b"-0_rf.png",
)
WITHOUT_CLASS = NAMES[-1]


def picture(file: Path, colour: str = "red", size: tuple[int, int] = (40, 40)) -> None:
    Image.new("RGB", size, colour).save(file, format="png")


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with no pixels to it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">L", zlib.crc32(kind + content))
        return struct.pack(">L", len(content)) + kind + content + check

    header = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(2**20))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def fill(folder: Path, flat: bool = True) -> dict[str, str]:
    """Put everything into `folder`; what of it is to be skipped, and why.

    With `flat`, no name lacks its class.
    """
    for name in NAMES:
        if not (flat and name == WITHOUT_CLASS):
            picture(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)))
    picture(folder / "0_wide.png", size=(50_000, 1))
    picture(folder / "0_tall.png", size=(1, 50_000))
    picture(folder / "0_png.jpg")
    outside = folder.parents[1] / "outside"
    outside.mkdir(exist_ok=True)
    picture(outside / "photo.png", "green")
    (folder / "0_link.png").symlink_to(outside / "photo.png")

    whole = (folder / "0_png.jpg").read_bytes()
    for name, content in {
        "0_cut.png": whole[:60],
        "0_empty.png": b"",
        "0_text.png": b"no picture",
        "0_bomb.png": bomb(60_000, 60_000),
        "0_large.png": bomb(10_000, 9_000),
        "0_program.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print\n",
    }.items():
        (folder / name).write_bytes(content)
    (folder / "0_nowhere.png").symlink_to(folder / "none.png")
    (folder / "0_self.png").symlink_to(folder / "0_self.png")
    os.mkfifo(folder / "0_pipe.jpg")
    (folder / "0_device.jpg").symlink_to("/dev/zero")
    (folder / "0_folder.jpg").mkdir()
    (folder / "0_loop").symlink_to(folder)
    (folder / "0_up").symlink_to(folder.parents[1])
    # The path of a socket may have a hundred letters.
    with chdir(folder), socket.socket(socket.AF_UNIX) as opened:
        opened.bind("0_sock.jpg")
    return {
        "0_cut.png": "",
        "0_empty.png": "cannot identify",
        "0_text.png": "cannot identify",
        "0_bomb.png": "exceeds limit",
        "0_large.png": "which no photograph has",
        "0_program.jpg": "cannot identify",
        "0_nowhere.png": "No such file",
        "0_self.png": "Too many levels",
        "0_pipe.jpg": "a named pipe",
        "0_device.jpg": "a device",
        "0_sock.jpg": "a socket",
        "0_folder.jpg": "an empty folder",
        "0_loop": "a link to a folder that is listed already",
    }
