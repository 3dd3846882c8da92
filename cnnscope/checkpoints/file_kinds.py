"""Recognise the kind of a file by its first bytes, because its suffix may be wrong."""

import html
import re
from collections.abc import Sequence

TORCH_ZIP = "a zip archive"
TORCH_LEGACY = "a PyTorch file of before 1.6"
SAFETENSORS = "a safetensors file"
PICKLE = "a Python pickle"

_SIGNATURES = (
    (b"PK\x03\x04", TORCH_ZIP),
    # The pickled magic number at the start of files of torch.save before PyTorch 1.6.
    (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", TORCH_LEGACY),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes them"),
    (b"\x93NUMPY", "a NumPy array"),
)
# The text is untrusted, so repeats are bounded: no text can make matching slow.
_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head)\b", re.I | re.S
)
_TITLE = re.compile(r"<title[^>]{0,100}>(.{0,300}?)</title", re.I | re.S)


def kind_of(head: bytes) -> str | None:
    """Name the kind of a file in words, or None where nothing is recognised.

    Args:
        head: the first bytes of the file, 512 or more where it has them.
    """
    if not head:
        return "an empty file"
    if is_page(head):
        return "a web page"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    # A safetensors file starts with the length of its header, eight bytes, and a JSON object.
    if head[8:9] == b"{" and head[4:8] == bytes(4):
        return SAFETENSORS
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head[0] == 0x80 and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return PICKLE
    if all(byte >= 32 or byte in b"\t\r\n" for byte in head):
        return "a text"
    return None


def is_page(head: bytes) -> bool:
    """Whether a file that starts with these bytes is an HTML page."""
    return _PAGE.match(head) is not None


def page_title(page: bytes) -> str | None:
    """The title of an HTML page, shortened and safe to print; None without one."""
    title = _TITLE.search(page.decode("utf-8", "replace"))
    return printable(html.unescape(title[1])) or None if title else None


def printable(text: str, longest: int = 80) -> str:
    """`text` on one line, shortened, with "?" for control characters that a terminal would obey."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 3] + "..."


def listed(names: Sequence[str], most: int = 3) -> str:
    """The first of the names, safe to print, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(printable(name, 120) for name in names[:most]) + more
