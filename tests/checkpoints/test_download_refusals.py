import socket
from pathlib import Path

import pytest
from download_cases import BODY, SHA, VERSION
from misbehaving_server import endless, reply, stalled

from cnnscope.checkpoints import http_source
from cnnscope.checkpoints.file_kinds import is_page, page_title
from cnnscope.checkpoints.partial import Partial


@pytest.mark.parametrize(("code", "hint"), [(401, "share it"), (403, "share it"), (404, "no such")])
def test_a_refusal_names_the_address_without_its_secrets(server, get, code, hint):
    server.answers = [reply(code)]
    host = server.url.removeprefix("http://")
    message = get.fails(f"http://me:word@{host}/w.pth?token=secret#part")
    assert f"http://{host}/w.pth answers {code}" in message
    assert hint in message
    assert not {"me:", "word", "secret", "part"} & set(message.replace("@", " ").split())
    assert "secret" not in message
    assert "word@" not in message
    assert len(server.seen) == 1
    assert get.files == []


def test_redirects_are_followed(server, get):
    server.answers = [reply(302, Location="/real.pth?signature=secret"), reply(200, BODY)]
    assert get(f"{server.url}/w.pth") == SHA
    assert server.seen[1]["path"] == "/real.pth?signature=secret"
    assert "secret" not in "".join(get.lines)


def test_redirects_in_circles_and_out_of_the_web_are_errors(server, get):
    server.answers = [reply(302, Location="/w.pth?token=secret")]
    message = get.fails(f"{server.url}/w.pth?token=secret")
    assert "circles" in message
    assert "secret" not in message
    assert len(server.seen) <= 30
    server.answers = [reply(302, Location="file:///etc/passwd")]
    assert "neither http nor https" in get.fails(f"{server.url}/w.pth")
    assert get.files == []


PAGE = b"<!DOCTYPE html><html><head><title>Google Drive -\n Quota exceeded</title></head></html>"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/octet-stream"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf\n <!-- hello -->\n"])
def test_a_web_page_is_no_checkpoint(server, get, kind, start):
    server.answers = [reply(200, start + PAGE, Content_Type=kind)]
    message = get.fails(f"{server.url}/w.pth?token=secret")
    assert "web page ('Google Drive - Quota exceeded')" in message
    assert "anyone with the link" in message
    assert "secret" not in message
    assert get.files == []


def test_what_the_server_calls_a_page_is_one(server, get):
    server.answers = [reply(200, b"Please sign in", Content_Type="text/html")]
    assert "gives a web page, not a checkpoint" in get.fails(f"{server.url}/w.pth")


def test_a_page_made_to_be_slow_is_judged_at_once():
    assert page_title(b"<title" * 10_000) is None
    assert page_title(b"<title>" * 9_000) is None
    assert not is_page(b"<!---->" * 9_000)


def test_an_empty_answer_is_no_checkpoint(server, get):
    server.answers = [reply(200, b"")]
    assert "is empty" in get.fails(f"{server.url}/w.pth")
    assert get.files == []


def test_an_endless_body_is_stopped(server, get):
    server.answers = [endless()]
    assert "larger than the limit of 300000 bytes" in get.fails(server.url, max_bytes=300_000)
    assert get.files == []


def test_a_body_that_says_to_be_too_large_is_not_begun(server, get):
    server.answers = [reply(200, b"", 10**12)]
    assert "larger than the limit" in get.fails(server.url, attempts=1)
    assert len(server.seen) == 1


def test_a_server_that_falls_silent_is_left(server, get, monkeypatch):
    patient = http_source.TIMEOUT
    monkeypatch.setattr(http_source, "TIMEOUT", (patient[0], 0.1))
    server.answers = [stalled(BODY, 1000), reply(200, BODY)]

    def wait(_) -> None:
        # What comes after the silence may take as long as a busy machine needs.
        monkeypatch.setattr(http_source, "TIMEOUT", patient)

    assert get(f"{server.url}/w.pth", sleep=wait) == SHA
    assert "no answer in time" in get.lines[1]


def test_a_connection_that_is_not_secure_is_one_line(server, get):
    server.answers = [reply(200, BODY)]
    message = get.fails(server.url.replace("http:", "https:") + "/w.pth?token=secret")
    assert "cannot be reached securely" in message
    assert "secret" not in message


def test_a_refused_connection_is_told_without_the_query(get):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = get.fails(f"http://127.0.0.1:{port}/w.pth?token=secret", attempts=2)
    assert f"http://127.0.0.1:{port}/w.pth cannot be fetched: the connection is refused" in message
    assert "secret" not in message + "".join(get.lines)
    assert get.waits == [1]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host/w.pth?secret",
        "s3://bucket/w.pth?secret",
        "https://?secret",
        "http://[::1/w.pth?secret",
        "http://127.0.0.1:99999/w.pth?secret",
        "http://a..b/w.pth?secret",
        "file://host/w.pth",
        "file:///nowhere/w.pth",
        "nowhere/w.pth",
        "",
    ],
)
def test_what_is_no_address_is_one_line(get, address):
    message = get.fails(address, attempts=1)
    assert "secret" not in message
    assert get.files == []


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}"])
def test_a_file_of_this_machine_is_copied(get, tmp_path, form):
    source = tmp_path / "my weights.pth"
    source.write_bytes(BODY)
    path = str(source) if form == "{}" else str(source).replace(" ", "%20")
    assert get(form.format(path), SHA) == SHA
    assert get.target.read_bytes() == source.read_bytes() == BODY
    assert get.files == ["weights.pth"]


def test_a_file_of_this_machine_is_checked_like_any_other(get, tmp_path):
    source = tmp_path / "w.pth"
    source.write_bytes(PAGE)
    assert "web page" in get.fails(str(source))
    source.write_bytes(BODY)
    assert "expected" in get.fails(str(source), "0" * 64)
    assert "larger" in get.fails(str(source), max_bytes=1000)
    assert "folder" in get.fails(str(tmp_path))
    assert get.files == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line_and_leaves_nothing(server, get, monkeypatch):
    begin = Partial.begin

    def begin_on_a_full_disk(partial, *args):
        begin(partial, *args)
        partial.file.symlink_to("/dev/full")

    monkeypatch.setattr(Partial, "begin", begin_on_a_full_disk)
    server.answers = [reply(200, BODY, **VERSION)]
    assert f"{get.target} cannot be written: No space left on device" in get.fails(
        f"{server.url}/w.pth"
    )
    assert get.files == []
    assert len(server.seen) == 1


def test_a_place_that_cannot_be_written_is_one_line(server, get):
    server.answers = [reply(200, BODY)]
    (get.folder / "file").write_text("")
    get.target = get.folder / "file" / "weights.pth"
    assert f"{get.target} cannot be written" in get.fails(f"{server.url}/w.pth")
    get.target = get.folder / "folder"
    get.target.mkdir()
    assert f"{get.target} cannot be written" in get.fails(f"{server.url}/w.pth")
    assert get.files == ["file", "folder"]
