"""Servers that are slow, that break the rules of HTTP, that lie about lengths and versions."""

import errno
import gzip
import socket

import pytest
from download_cases import BODY, SHA, VERSION
from misbehaving_server import cut, dripping, endless, raw, reply, rest, running

from cnnscope.checkpoints import http_source

OK = b"HTTP/1.1 200 OK\r\n"


def test_a_slow_server_is_waited_for(server, get):
    server.answers = [dripping(BODY, len(BODY) // 20, 0.01)]
    assert get(f"{server.url}/w.pth", SHA) == SHA
    assert len(server.seen) == 1


def test_a_server_that_drips_is_left_and_what_came_is_kept(server, get, monkeypatch):
    monkeypatch.setattr(http_source, "WINDOW", 0.1)
    server.answers = [dripping(BODY, 1, 0.01, **VERSION), rest(BODY, **VERSION)]
    assert get(f"{server.url}/w.pth", SHA) == SHA
    assert "bytes came in" in get.lines[1]
    assert server.seen[1]["Range"].startswith("bytes=")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(raw(b""), id="nothing"),
        pytest.param(raw(b"220 smtp.example.org ready\r\n"), id="another protocol"),
        pytest.param(raw(b"\0" * 100_000), id="one line of zeros"),
        pytest.param(raw(OK + b"X: 1\r\n" * 1000), id="a thousand headers"),
        pytest.param(raw(OK, Content_Length="4, 5"), id="two lengths"),
        pytest.param(raw(OK, b"zz\r\n", Transfer_Encoding="chunked"), id="bad chunks"),
        pytest.param(raw(OK, b"5\r\nab", Transfer_Encoding="chunked"), id="cut chunk"),
        pytest.param(raw(OK, BODY, Content_Encoding="gzip"), id="gzip that is none"),
        pytest.param(reply(204), id="no content"),
        pytest.param(reply(300), id="a choice"),
        pytest.param(reply(302, Location="http://[::1/secret"), id="a malformed redirect"),
        pytest.param(reply(302, Location="http://a..b/secret"), id="a redirect to no host"),
        pytest.param(reply(206, BODY), id="a piece that was not asked for"),
    ],
)
def test_what_is_no_proper_answer_is_one_line(server, get, caplog, answer):
    server.answers = [answer]
    message = get.fails(f"{server.url}/w.pth?token=secret", attempts=2)
    assert message.startswith(f"{server.url}/w.pth ")
    assert "secret" not in message + "".join(get.lines) + caplog.text
    assert get.files == []


def test_a_header_that_cannot_be_read_does_not_print_the_address(server, get, caplog, capfd):
    server.answers = [raw(OK + b"Content-Length: 400000\r\nno header\r\n", BODY)]
    assert get(f"{server.url}/w.pth?token=secret", SHA) == SHA
    assert "secret" not in caplog.text + "".join(capfd.readouterr())


def test_a_length_that_is_too_short_is_found_by_the_hash(server, get):
    server.answers = [reply(200, BODY, 300_000)]
    assert "another SHA-256" in get.fails(f"{server.url}/w.pth", SHA)
    assert get.files == []


def test_what_was_packed_on_the_way_is_unpacked_and_never_continued(server, get):
    packed = {"Content_Encoding": "gzip"} | VERSION
    whole = gzip.compress(BODY)
    server.answers = [cut(whole, 200_000, **packed), reply(200, whole, **packed)]
    assert get(f"{server.url}/w.pth", SHA) == SHA
    assert server.seen[0]["Accept-Encoding"] == "identity"
    assert "Range" not in server.seen[1]


def test_a_packed_body_is_measured_unpacked(server, get):
    server.answers = [reply(200, gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")]
    assert "larger than the limit" in get.fails(f"{server.url}/w.pth", max_bytes=1_000_000)


def test_a_redirect_whose_body_never_ends_is_followed_at_once(server, get):
    server.answers = [endless(302, Location="/real.pth"), reply(200, BODY)]
    assert get(f"{server.url}/w.pth", SHA) == SHA


def test_a_password_does_not_follow_to_another_host(server, get):
    host = server.url.removeprefix("http://")
    with running() as other:
        server.answers = [
            reply(302, Location="/next.pth"),
            reply(302, Location=other.url.replace("127.0.0.1", "localhost")),
        ]
        other.answers = [reply(200, BODY)]
        assert get(f"http://me:word@{host}/w.pth", SHA) == SHA
    assert all("Authorization" in request for request in server.seen)
    assert ["Authorization" in request for request in other.seen] == [False]


@pytest.mark.parametrize("validator", [VERSION, {"Last_Modified": "Sat, 01 Jan 2022 00:00:00 GMT"}])
def test_a_changed_file_is_fetched_anew_though_the_server_ignores_if_range(server, get, validator):
    """The new file is as long as the old one, and the piece says nothing of its version."""
    changed = dict.fromkeys(validator, '"v2"')
    server.answers = [
        cut(bytes(len(BODY)), 200_000, **validator),
        rest(BODY, **changed),
        reply(200, BODY, **changed),
    ]
    assert get(f"{server.url}/w.pth") == SHA
    server.seen.clear()
    server.answers = [cut(bytes(len(BODY)), 200_000, **VERSION), rest(BODY), reply(200, BODY)]
    assert get(f"{server.url}/w.pth") == SHA


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "no such host"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no route to the host"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no route to the host"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "no answer in time"),
    ],
)
def test_a_network_that_is_not_there_is_told_in_words(get, monkeypatch, error, reason):
    def fail(*args, **options):
        raise error

    seam = "getaddrinfo" if isinstance(error, socket.gaierror) else "socket"
    monkeypatch.setattr(socket, seam, fail)
    message = get.fails("http://127.0.0.1:9/w.pth?token=secret", attempts=2)
    assert f"http://127.0.0.1:9/w.pth cannot be fetched: {reason}" in message.replace(
        "there is ", ""
    )
    assert "secret" not in message + "".join(get.lines)
    assert get.waits == [1]


def test_a_proxy_that_is_not_there_is_named(get, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    message = get.fails("http://example.org/w.pth?token=secret", attempts=1)
    assert "the proxy (https_proxy, http_proxy) gives no connection" in message
