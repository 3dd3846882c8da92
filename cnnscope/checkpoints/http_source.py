"""One attempt to download a file over HTTP, resuming a partial download if there is one."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urljoin

import requests
import urllib3

from cnnscope.checkpoints.file_kinds import page_title
from cnnscope.checkpoints.partial import Origin, Partial
from cnnscope.errors import UserError

TIMEOUT = (10.0, 30.0)  # seconds to connect, and to wait for the next bytes
CHUNK = 1 << 16
# A server that sends less than LEAST bytes a second, averaged over WINDOW seconds, is treated like
# one that has stopped sending.
LEAST, WINDOW = 1000.0, 60.0
MOST_REDIRECTS = 20

_REASONS = {
    "NameResolutionError": "no such host, or no network",
    "Connection refused": "the connection is refused",
    "No route to host": "there is no route to the host",
    "Network is unreachable": "there is no route to the host",
    "timed out": "no answer in time",
}
# urllib3's warnings quote the address, which may contain access tokens.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class InterruptedDownloadError(Exception):
    """This attempt failed, but another one may succeed.

    Attributes:
        reason: what went wrong, without the address, which may contain access tokens.
        wait: seconds that the server asks to wait before the next attempt, or None.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Session(requests.Session):
    """A session that never follows redirects by itself; `_followed` does it instead.

    requests reads the whole body of a redirect into memory, even with `allow_redirects=False`, and
    a server may send an endless one.
    """

    def resolve_redirects(self, *args, **options) -> Iterator:
        return iter(())


@contextmanager
def opened(
    session: Session, address: str, name: str, partial: Partial
) -> Iterator[tuple[Iterator[bytes], int, int | None]]:
    """Request the file at `address`, or only the part that `partial` lacks if the server can.

    Args:
        name: the address in a form that is safe to print.

    Yields:
        The chunks of bytes to append to `partial`, the position in the file at which they start,
        and the size of the whole file in bytes, or None where the server does not tell it. If they
        start at 0, `partial` has been emptied.

    Raises:
        InterruptedDownloadError: another attempt may succeed.
        UserError: another attempt would fail as well.
    """
    origin, held = partial.origin(), partial.held
    # In a compressed response, lengths and positions would count compressed bytes.
    headers = {"Accept-Encoding": "identity"}
    if origin:
        headers |= {"Range": f"bytes={held}-", "If-Range": origin.validator}
    try:
        response = _followed(session, address, headers)
    # requests lets some invalid host names pass, for which urllib3 raises a ValueError.
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise _explained(error, name) from None
    with response:
        _check_status(response, name, partial)
        if response.status_code == 206:
            if not (origin and _fits(response, origin, held)):
                partial.discard()
                raise InterruptedDownloadError("the file has changed on the server")
            yield _chunks(response, name), held, origin.total
        else:
            total = _length(response)
            partial.begin(_validator(response), total)
            yield _chunks(response, name), 0, total


def _followed(session: Session, address: str, headers: dict[str, str]) -> requests.Response:
    """The first response that is not a redirect."""
    for _ in range(MOST_REDIRECTS + 1):
        response = session.get(address, headers=headers, stream=True, timeout=TIMEOUT)
        target = session.get_redirect_target(response)
        if target is None:
            return response
        response.close()
        # User and password are part of the address, so another host never receives them.
        address = urljoin(address, target)
    raise requests.TooManyRedirects


def page_error(name: str, page: bytes) -> UserError:
    """The error for a web page in place of a file, with advice how to get the file."""
    title = page_title(page)
    return UserError(
        f"{name} gives a web page{f' ({title!r})' if title else ''}, not a checkpoint: make the "
        "link public (anyone with the link), or give the address of the file itself"
    )


def _check_status(response: requests.Response, name: str, partial: Partial) -> None:
    code = response.status_code
    if code == 416:
        partial.discard()
        raise InterruptedDownloadError("the file has changed on the server")
    if code in (408, 425, 429) or code >= 500:
        wait = _retry_after(response)
        asked = "" if wait is None else f" and asks to wait {wait:.0f} s"
        raise InterruptedDownloadError(f"the server answers {code}{asked}", wait)
    if code in (401, 403):
        raise UserError(
            f"{name} answers {code}: it is private, or was fetched too often today; share it with "
            "anyone who has the link, or give another address"
        )
    if code in (404, 410):
        raise UserError(f"{name} answers {code}: there is no such file; check the address")
    if code not in (200, 206):
        raise UserError(f"{name} answers {code}, not with a file; check the address")
    if response.headers.get("Content-Type", "").lower().startswith("text/html"):
        # The title is near the beginning, which may arrive in several small chunks.
        raise page_error(name, b"".join(islice(_chunks(response, name), 4)))


def _fits(response: requests.Response, origin: Origin, held: int) -> bool:
    """Whether the partial response continues exactly the bytes already stored."""
    expected = f"bytes {held}-{origin.total - 1}/{origin.total}"
    # A 206 response must repeat the ETag, but may omit Last-Modified (RFC 9110, 15.3.7).
    versions = {origin.validator} if origin.validator.startswith('"') else {origin.validator, None}
    return (
        response.headers.get("Content-Range") == expected
        and _validator(response) in versions
        and _is_plain(response)
    )


def _validator(response: requests.Response) -> str | None:
    tag = response.headers.get("ETag")
    # Files with equal weak ETags are equivalent, but need not have the same bytes.
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified")


def _length(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) and _is_plain(response) else None


def _is_plain(response: requests.Response) -> bool:
    return response.headers.get("Content-Encoding", "identity").lower() == "identity"


def _chunks(response: requests.Response, name: str) -> Iterator[bytes]:
    """The bytes as they arrive.

    Waiting until a chunk is full would hide from the speed check a server that sends one byte at
    a time.
    """
    start, received = time.monotonic(), 0
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            yield chunk
            received += len(chunk)
            elapsed = time.monotonic() - start
            if elapsed > WINDOW:
                if received < LEAST * elapsed:
                    raise InterruptedDownloadError(f"only {received} bytes came in {elapsed:.0f} s")
                start, received = time.monotonic(), 0
    except urllib3.exceptions.HTTPError as error:
        raise _explained(error, name) from None


def _explained(error: Exception, name: str) -> Exception:
    """The error to raise instead of `error`.

    Its message leaves out that of `error`, which quotes the address and any access tokens in it.
    """
    if isinstance(error, requests.exceptions.SSLError):
        return UserError(
            f"{name} cannot be reached securely (TLS): check the address and this machine's clock"
        )
    if isinstance(error, requests.TooManyRedirects):
        return UserError(f"{name} redirects in circles; check the address")
    if isinstance(error, requests.exceptions.InvalidSchema):
        return UserError(f"{name} redirects to what is neither http nor https; check the address")
    if isinstance(error, requests.exceptions.ProxyError):
        return InterruptedDownloadError("the proxy (https_proxy, http_proxy) gives no connection")
    if isinstance(error, (requests.Timeout, urllib3.exceptions.ReadTimeoutError)):
        return InterruptedDownloadError("no answer in time")
    broken = (urllib3.exceptions.ProtocolError, urllib3.exceptions.SSLError)
    if isinstance(error, (requests.ConnectionError, *broken)):
        # The cause is nested in other exceptions, to a depth that varies; its repr shows it.
        details = repr(error)
        reasons = (reason for sign, reason in _REASONS.items() if sign in details)
        return InterruptedDownloadError(next(reasons, "the connection broke off"))
    return UserError(f"{name} cannot be fetched ({type(error).__name__}); check the address")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait by the Retry-After header, a number or a date; None without a valid one."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
