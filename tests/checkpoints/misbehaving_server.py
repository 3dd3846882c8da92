"""A real HTTP server on 127.0.0.1 that answers each request as it was told to."""

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class MisbehavingServer:
    """Answers the requests in the order of `answers`; the last one serves all that follow.

    Attributes:
        answers: set by the test.
        seen: the headers of every request, in order; `path` is among them.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[Answer] = []
        self.seen: list[dict[str, str]] = []

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        self.seen.append(dict(request.headers) | {"path": request.path})
        answer = self.answers[min(len(self.seen), len(self.answers)) - 1]
        # A client that has seen enough hangs up, which is no fault of the test.
        with contextlib.suppress(ConnectionError):
            answer(request)


@contextmanager
def running() -> Iterator[MisbehavingServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.handle(self)

        def log_message(self, *_) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = MisbehavingServer(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def reply(code: int = 200, body: bytes = b"", claim: int | None = None, **headers: str) -> Answer:
    """A status, headers (`_` for `-`) and a body; `claim` is the length that is claimed for it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body) if claim is None else claim))
        # Also what ends the body where fewer bytes come than were claimed.
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(body)

    return answer


def cut(body: bytes, at: int, **headers: str) -> Answer:
    """Claims all of `body` and hangs up after `at` bytes."""
    return reply(200, body[:at], len(body), **headers)


def rest(body: bytes, **headers: str) -> Answer:
    """Sends what the Range header asks for."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if asked is None:
            return reply(200, body, **headers)(request)
        start = int(asked[1])
        place = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return reply(206, body[start:], **({"Content_Range": place} | headers))(request)

    return answer


def endless(code: int = 200, **headers: str) -> Answer:
    """Never stops; says no length."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        raw(f"HTTP/1.1 {code} \r\n".encode(), **headers)(request)
        while True:
            request.wfile.write(bytes(1 << 16))

    return answer


def raw(start: bytes, body: bytes = b"", **headers: str) -> Answer:
    """These bytes for a beginning, then headers and a body: HTTP if the test makes it so."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
        request.wfile.write(start + "".join([*lines, "\r\n"]).encode() + body)

    return answer


def dripping(body: bytes, piece: int, pause: float, **headers: str) -> Answer:
    """Sends `piece` bytes, then waits `pause` seconds, and so on."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        reply(200, b"", len(body), **headers)(request)
        for start in range(0, len(body), piece):
            request.wfile.write(body[start : start + piece])
            time.sleep(pause)

    return answer


def stalled(body: bytes, at: int, **headers: str) -> Answer:
    """Claims all of `body`, sends `at` bytes and falls silent until the client hangs up."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        reply(200, body[:at], len(body), **headers)(request)
        request.connection.recv(1)

    return answer
