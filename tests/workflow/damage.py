"""What may happen to a stored file between two runs."""

import os
from collections.abc import Callable
from pathlib import Path


def cut(file: Path) -> None:
    """Its end is gone, as after a copy to a disk that was full."""
    file.write_bytes(file.read_bytes()[:-8])


def edited(file: Path) -> None:
    """One bit is another one, while size and times stay the same."""
    before = file.stat()
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(file: Path) -> None:
    """Another file has its name: the published name still leads to the old one."""
    beside = file.with_name("beside")
    beside.write_bytes(bytes(len(file.read_bytes())))
    beside.replace(file)


DAMAGES: tuple[Callable[[Path], None], ...] = (cut, edited, replaced)
