"""Turn share links into addresses of files, and addresses into text that is safe to print."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cnnscope.errors import UserError

_DRIVE = ("drive.google.com", "docs.google.com", "drive.usercontent.google.com")
_DROPBOX = ("dropbox.com", "www.dropbox.com")


@dataclass(frozen=True)
class Remote:
    """A file on the web.

    Attributes:
        address: its address; left out of `repr`, because it may contain an access token.
        max_bytes: the largest size that is downloaded, in bytes.
    """

    address: str = field(repr=False)
    max_bytes: int


def direct_address(address: str) -> str:
    """Turn a share link of Google Drive or Dropbox into the address of its file.

    Any other address is returned unchanged.

    Args:
        address: an http or https address.

    Returns:
        The address that returns the file. For Google Drive it is the one that skips the warning
        page "can't scan this file for viruses", which large files have.

    Raises:
        UserError: the link leads to a folder or a document, not to a file.
    """
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    if parts.hostname in _DRIVE:
        match = re.match(r"/file/(?:u/\d+/)?d/([\w-]+)", parts.path)
        identity = match[1] if match else query.get("id")
        if not identity or "/folders" in parts.path:
            raise UserError(f"{shown(address)} is no link to one file: share the file itself")
        wanted = {"id": identity, "export": "download", "confirm": "t"}
        # Links created before September 2021 work only with this key.
        wanted |= {key: query[key] for key in ("resourcekey",) if key in query}
        return f"https://drive.usercontent.google.com/download?{urlencode(wanted)}"
    if parts.hostname in _DROPBOX:
        kept = {key: value for key, value in query.items() if key != "raw"}
        return urlunsplit(parts._replace(query=urlencode(kept | {"dl": "1"})))
    return address


def shown(address: str) -> str:
    """`address` without user, password, query and fragment, which may contain access tokens."""
    if "://" not in address:
        return address
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
