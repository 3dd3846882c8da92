"""Download a checkpoint; only a complete and verified file gets its final name."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tqdm import tqdm

from cnnscope.checkpoints.file_kinds import is_page
from cnnscope.checkpoints.http_source import (
    CHUNK,
    InterruptedDownloadError,
    Session,
    opened,
    page_error,
)
from cnnscope.checkpoints.partial import Partial
from cnnscope.checkpoints.share_links import direct_address, shown
from cnnscope.errors import UserError
from cnnscope.files import cannot_write

MAX_BYTES = 4 << 30  # 4 GiB; the largest checkpoint of torchvision has 2.6 GB
LONGEST_WAIT = 60.0  # seconds; the download fails if a server asks to wait longer


def download(
    address: str,
    target: Path,
    sha256: str | None = None,
    *,
    log: Callable[[str], None] = print,
    attempts: int = 5,
    max_bytes: int = MAX_BYTES,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Download the file at `address` to `target`.

    The file is written next to `target`, and renamed once it is complete and has the right hash.
    If the connection breaks, the bytes received so far are kept, and the next attempt or the next
    call resumes there if the server can send the rest of the same version.

    Args:
        address: https, http or file address, share link of Google Drive or Dropbox, or a path.
        target: path of the file; its folder is created if necessary.
        sha256: expected SHA-256, all 64 hexadecimal digits or the first ones, at least 8; None to
            accept any. The log tells it.
        log: receives one line at a time.
        attempts: how often to try after errors that may be temporary (connection, time-out,
            status 408, 425, 429 or 5xx). The waits in between are 1, 2, 4, 8, ... seconds, or what
            the server asks for, up to a minute.
        max_bytes: larger files are refused.
        sleep: waits for a number of seconds.

    Returns:
        The SHA-256 of the file, in hexadecimal digits.

    Raises:
        UserError: the file cannot be downloaded or written, is empty, too large or a web page, or
            has another hash. `target` is left as it was.
    """
    target = Path(target)
    name = _printable(address)
    expected = _checked_hash(sha256)
    source = _local_path(address, name)
    direct = address if source else direct_address(address)
    partial = Partial(target, direct)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        log(f"getting {name}")
        if source:
            _copy(source, partial, max_bytes)
        else:
            _fetch(direct, name, partial, max_bytes, attempts, log, sleep)
        return _accept(partial, target, name, expected, log)
    except InterruptedDownloadError as problem:
        raise _given_up(problem, name, partial) from None
    except UserError:
        partial.discard()
        raise
    except OSError as error:
        partial.discard()
        raise cannot_write(target, error) from error


def _fetch(
    address: str,
    name: str,
    partial: Partial,
    max_bytes: int,
    attempts: int,
    log: Callable[[str], None],
    sleep: Callable[[float], None],
) -> None:
    """Try until the file is complete; an error of the last attempt is raised."""
    with Session() as session:
        for attempt in range(1, attempts + 1):
            try:
                with opened(session, address, name, partial) as (chunks, start, total):
                    if start:
                        log(f"continuing at byte {start} of {total}")
                    _store(chunks, partial, start, total, name, max_bytes)
                return
            except InterruptedDownloadError as problem:
                backoff = min(2.0 ** (attempt - 1), LONGEST_WAIT)
                wait = backoff if problem.wait is None else problem.wait
                if attempt == attempts or wait > LONGEST_WAIT:
                    raise
                log(f"{problem.reason}; attempt {attempt + 1} of {attempts} in {wait:.0f} s")
                sleep(wait)


def _copy(source: Path, partial: Partial, max_bytes: int) -> None:
    try:
        file = source.open("rb")
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror}") from error
    with file:
        partial.begin(None, None)
        chunks = iter(lambda: file.read(CHUNK), b"")
        _store(chunks, partial, 0, source.stat().st_size, str(source), max_bytes)


def _store(
    chunks: Iterator[bytes],
    partial: Partial,
    start: int,
    total: int | None,
    name: str,
    max_bytes: int,
) -> None:
    """Append the chunks, which start at byte `start` of the file.

    Raises:
        UserError: the file is larger than `max_bytes`.
        InterruptedDownloadError: there are fewer or more bytes than `total`.
    """
    if total is not None and total > max_bytes:
        raise _too_large(name, max_bytes)
    bar = tqdm(total=total, initial=start, unit="B", unit_scale=True, disable=None)
    with bar, partial.file.open("ab") as file:
        for chunk in chunks:
            start += len(chunk)
            if start > max_bytes:
                raise _too_large(name, max_bytes)
            file.write(chunk)
            bar.update(len(chunk))
    if total is not None and start != total:
        raise InterruptedDownloadError(f"only {start} of {total} bytes came")


def _accept(
    partial: Partial, target: Path, name: str, expected: str | None, log: Callable[[str], None]
) -> str:
    """Check the complete file, move it to `target`, and give its SHA-256."""
    with partial.file.open("rb") as file:
        head = file.read(CHUNK)
        file.seek(0)
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if not head:
        raise UserError(f"{name} is empty; check the address")
    if is_page(head):
        raise page_error(name, head)
    if expected and not actual.startswith(expected):
        raise UserError(
            f"{name} has another SHA-256 than expected: expected {expected}, got {actual}; it was "
            "thrown away. Correct the hash, or get the file from its author again"
        )
    partial.file.replace(target)
    partial.discard()
    note = "as expected" if expected else "not checked, no hash was given"
    log(f"{target.name}: SHA-256 {actual} ({note})")
    return actual


def _local_path(address: str, name: str) -> Path | None:
    """The path of a local file, or None for an http or https address."""
    if "://" not in address:
        path = Path(address).expanduser()
        hint = "; an address on the web begins with https://"
    else:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname:
            return None
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            raise UserError(f"{name} is no address that can be fetched: use https, http or file")
        path = Path(url2pathname(parts.path))
        hint = ""
    if not path.is_file():
        problem = "is a folder, not a file" if path.is_dir() else f"does not exist{hint}"
        raise UserError(f"{name} {problem}")
    return path


def _printable(address: str) -> str:
    try:
        return shown(address)
    except ValueError:
        # The original error, which quotes the address with its tokens, must not be shown.
        raise UserError("the address of the checkpoint is malformed; check it") from None


def _checked_hash(sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    digits = sha256.strip().lower()
    if not re.fullmatch("[0-9a-f]{8,64}", digits):
        raise UserError(
            f"{sha256!r} is no SHA-256: it has 64 hexadecimal digits; give all, or the first 8 or "
            "more"
        )
    return digits


def _given_up(problem: InterruptedDownloadError, name: str, partial: Partial) -> UserError:
    kept = ""
    if partial.origin():
        kept = f"; {partial.held} bytes are kept, from which the next run continues"
    else:
        partial.discard()
    return UserError(
        f"{name} cannot be fetched: {problem.reason}; check the address and the network and start "
        f"again{kept}"
    )


def _too_large(name: str, max_bytes: int) -> UserError:
    return UserError(f"{name} is larger than the limit of {max_bytes} bytes; check the address")
