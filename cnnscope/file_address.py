"""A path written as an address, which each parser and shell on its way leaves as it is.

Snakemake reads a value of `--config` as YAML, and writes it for the shell that starts a job on
another node as Python writes a string. No quotation survives both: a quote in the name lets that
shell read the rest, a backslash is doubled, and a byte that is no text arrives as other letters.
`file:///my%20photos` holds nothing but letters, digits and `/ : . - _ ~ %`, which mean themselves
to YAML and between the quotes of Python and of the shell alike, however often they are passed on.
"""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote_to_bytes

_SCHEME = "file://"


def address_of(path: Path) -> str:
    """The address of an absolute path, of whatever bytes it consists."""
    return path.as_uri()


def path_in(text: str) -> str:
    """The path that `text` is the address of; any other text is a path already."""
    if text.startswith(f"{_SCHEME}/"):
        # What no file can be called stays as it is, for others to refuse.
        with suppress(UnicodeEncodeError):
            return os.fsdecode(unquote_to_bytes(os.fsencode(text.removeprefix(_SCHEME))))
    return text
