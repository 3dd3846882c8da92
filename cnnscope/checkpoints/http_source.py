"""One attempt to get a file over HTTP, continued where the last one broke off."""

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

TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two bytes
CHUNK = 1 << 16
LEAST, WINDOW = 1000.0, 60.0  # bytes a second, over so many seconds; slower is as good as silent
MOST_REDIRECTS = 20

_REASONS = {
    "NameResolutionError": "no such host, or no network",
    "Connection refused": "the connection is refused",
    "No route to host": "there is no route to the host",
    "Network is unreachable": "there is no route to the host",
    "timed out": "no answer in time",
}
# Its warnings quote the address, tokens and all.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class InterruptedDownloadError(Exception):
    """This attempt failed; another one may not.

    Attributes:
        reason: in words, without the address.
        wait: seconds for which the server asked, if it did.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Session(requests.Session):
    """Follows no redirect, for requests reads all of its body into memory, and it may have no end.

    That it does also where it is told not to follow.
    """

    def resolve_redirects(self, *args, **options) -> Iterator:
        return iter(())


@contextmanager
def opened(
    session: Session, address: str, name: str, partial: Partial
) -> Iterator[tuple[Iterator[bytes], int, int | None]]:
    """Ask for `address`, from where `partial` ends if the server can.

    Args:
        name: the address as it may be printed.

    Yields:
        The bytes to append to `partial` (emptied, if they start at the beginning), the position at
        which they start, and the size of the whole file where the server says it.

    Raises:
        InterruptedDownloadError: worth another attempt.
        UserError: not worth one.
    """
    origin, held = partial.origin(), partial.held
    # Any other encoding would make lengths and positions speak of other bytes than the file's.
    headers = {"Accept-Encoding": "identity"}
    if origin:
        headers |= {"Range": f"bytes={held}-", "If-Range": origin.validator}
    try:
        response = _followed(session, address, headers)
    # ValueError: urllib3's word for some impossible host names, which requests lets through.
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
    """The answer to which redirects lead."""
    for _ in range(MOST_REDIRECTS + 1):
        response = session.get(address, headers=headers, stream=True, timeout=TIMEOUT)
        target = session.get_redirect_target(response)
        if target is None:
            return response
        response.close()
        # User and password stay where the host does: they are part of the address.
        address = urljoin(address, target)
    raise requests.TooManyRedirects


def page_error(name: str, page: bytes) -> UserError:
    """Say that a web page came, and how to get the file instead."""
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
        # The title stands near the top, though the top may come in pieces.
        raise page_error(name, b"".join(islice(_chunks(response, name), 4)))


def _fits(response: requests.Response, origin: Origin, held: int) -> bool:
    """Whether the answer continues exactly the bytes that are here."""
    expected = f"bytes {held}-{origin.total - 1}/{origin.total}"
    # An ETag comes with every piece; a date need not be said again.
    versions = {origin.validator} if origin.validator.startswith('"') else {origin.validator, None}
    return (
        response.headers.get("Content-Range") == expected
        and _validator(response) in versions
        and _is_plain(response)
    )


def _validator(response: requests.Response) -> str | None:
    tag = response.headers.get("ETag")
    # A weak ETag promises the same meaning, not the same bytes.
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified")


def _length(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) and _is_plain(response) else None


def _is_plain(response: requests.Response) -> bool:
    return response.headers.get("Content-Encoding", "identity").lower() == "identity"


def _chunks(response: requests.Response, name: str) -> Iterator[bytes]:
    """What comes, as soon as it comes: to wait for full chunks is to let a server drip for days."""
    since, came = time.monotonic(), 0
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            yield chunk
            came += len(chunk)
            passed = time.monotonic() - since
            if passed > WINDOW:
                if came < LEAST * passed:
                    raise InterruptedDownloadError(f"only {came} bytes came in {passed:.0f} s")
                since, came = time.monotonic(), 0
    except urllib3.exceptions.HTTPError as error:
        raise _explained(error, name) from None


def _explained(error: Exception, name: str) -> Exception:
    """Tell what happened without the error's own words: they quote the address, tokens and all."""
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
        # The cause is wrapped in several layers, not always the same ones.
        details = repr(error)
        reasons = (reason for sign, reason in _REASONS.items() if sign in details)
        return InterruptedDownloadError(next(reasons, "the connection broke off"))
    return UserError(f"{name} cannot be fetched ({type(error).__name__}); check the address")


def _retry_after(response: requests.Response) -> float | None:
    """Seconds from the Retry-After header, which is a number or a date; None without one."""
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
