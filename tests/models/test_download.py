import hashlib
import json
import random
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from misbehaving_server import cut, endless, reply, rest, running, stalled

from cnnscope.errors import UserError
from cnnscope.models import http_source
from cnnscope.models.download import download
from cnnscope.models.file_kinds import is_page, page_title
from cnnscope.models.partial import Partial
from cnnscope.models.share_links import direct_address, shown

BODY = random.Random(0).randbytes(400_000)
SHA = hashlib.sha256(BODY).hexdigest()
VERSION = {"ETag": '"v1"'}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as server:
        yield server


class Getter:
    """Downloads to a fixed target and keeps what was logged and how long it would have slept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "weights.pth"
        self.lines: list[str] = []
        self.waits: list[float] = []

    def __call__(self, address: str, sha256: str | None = None, **options) -> str:
        options = {"log": self.lines.append, "sleep": self.waits.append} | options
        return download(address, self.target, sha256, **options)

    def fails(self, address: str, sha256: str | None = None, **options) -> str:
        """The one line that the user reads."""
        with pytest.raises(UserError) as caught:
            self(address, sha256, **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def get(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return Getter(folder)


def test_a_file_arrives_whole_and_its_hash_is_logged(server, get):
    server.answers = [reply(200, BODY)]
    assert get(f"{server.url}/w.pth?token=secret") == SHA
    assert get.target.read_bytes() == BODY
    assert get.files == ["weights.pth"]
    assert SHA in get.lines[-1]
    assert "not checked" in get.lines[-1]
    assert "secret" not in "".join(get.lines)
    assert server.seen[0]["path"] == "/w.pth?token=secret"


def test_the_right_hash_is_accepted_however_it_is_written(server, get):
    server.answers = [reply(200, BODY)]
    assert get(f"{server.url}/w.pth", f" {SHA.upper()}\n") == SHA
    assert "as expected" in get.lines[-1]


def test_a_wrong_hash_leaves_the_old_file_and_nothing_else(server, get):
    server.answers = [reply(200, BODY, **VERSION)]
    get.target.write_bytes(b"what was there before")
    message = get.fails(f"{server.url}/w.pth?token=secret", "0" * 64)
    assert "0" * 64 in message
    assert SHA in message
    assert "secret" not in message
    assert get.target.read_bytes() == b"what was there before"
    assert get.files == ["weights.pth"]


def test_what_is_no_hash_is_refused_before_anything_is_fetched(server, get):
    assert "64 hexadecimal digits" in get.fails(f"{server.url}/w.pth", "abc")
    assert server.seen == []


def test_a_cut_body_is_continued_where_it_ended(server, get):
    server.answers = [cut(BODY, 200_000, **VERSION), rest(BODY, **VERSION)]
    assert get(f"{server.url}/w.pth", SHA) == SHA
    first, second = server.seen
    assert "Range" not in first
    start = int(second["Range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= 200_000
    assert second["If-Range"] == '"v1"'
    assert get.target.read_bytes() == BODY
    assert get.files == ["weights.pth"]
    assert get.waits == [1]


def test_without_ranges_it_starts_again(server, get):
    server.answers = [cut(BODY, 200_000, **VERSION), reply(200, BODY, **VERSION)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" in server.seen[1]


def test_without_a_version_nothing_is_continued(server, get):
    # Two checkpoints of one architecture have the same size.
    server.answers = [cut(BODY, 200_000), rest(BODY)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" not in server.seen[1]


def test_a_weak_tag_is_no_version(server, get):
    server.answers = [cut(BODY, 200_000, ETag='W/"v1"'), rest(BODY)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" not in server.seen[1]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"ETag": '"v2"'}, id="another version"),
        pytest.param({"Content_Range": "bytes 1-399999/400000"}, id="another place"),
        pytest.param({"Content_Range": "bytes 0-0/*"}, id="no size"),
    ],
)
def test_a_piece_that_does_not_fit_is_not_joined(server, get, wrong):
    other = bytes(len(BODY))
    server.answers = [
        cut(other, 200_000, **VERSION),
        rest(BODY, **(VERSION | wrong)),
        rest(BODY, ETag='"v2"'),
    ]
    assert get(f"{server.url}/w.pth") == SHA
    assert get.target.read_bytes() == BODY
    assert "Range" not in server.seen[2]


def test_what_a_stopped_run_left_is_continued_by_the_next(server, get):
    address = f"{server.url}/w.pth?token=secret"
    server.answers = [cut(BODY, 200_000, **VERSION)]
    message = get.fails(address, attempts=1)
    assert "bytes are kept" in message
    assert not get.target.exists()
    assert "secret" not in "".join(p.read_text("latin-1") for p in get.folder.glob("*.json"))
    server.answers = [rest(BODY, **VERSION)]
    assert get(address) == SHA
    assert "Range" in server.seen[-1]
    assert get.files == ["weights.pth"]


def test_a_killed_run_is_continued_by_the_next(server, get):
    address = f"{server.url}/w.pth"
    server.answers = [stalled(BODY, 200_000, **VERSION), rest(BODY, **VERSION)]
    code = (
        "import sys; from pathlib import Path; from cnnscope.models.download import download;"
        "download(sys.argv[1], Path(sys.argv[2]))"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.Popen([sys.executable, "-c", code, address, get.target], cwd=root)
    deadline = time.monotonic() + 20
    while not Partial(get.target, address).origin() and time.monotonic() < deadline:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    assert not get.target.exists()
    assert get(address) == SHA
    assert "Range" in server.seen[1]
    assert get.files == ["weights.pth"]


def test_what_came_from_another_address_is_not_continued(server, get):
    server.answers = [cut(BODY, 200_000, **VERSION)]
    get.fails(f"{server.url}/other.pth", attempts=1)
    assert len(get.files) == 2
    server.answers = [rest(BODY, **VERSION)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" not in server.seen[-1]


def test_a_damaged_marker_means_starting_again(server, get):
    server.answers = [cut(BODY, 200_000, **VERSION)]
    get.fails(f"{server.url}/w.pth", attempts=1)
    marker = Partial(get.target, "").marker
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"total": "many"}))
    server.answers = [rest(BODY, **VERSION)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" not in server.seen[-1]


def test_a_range_that_the_server_rejects_means_starting_again(server, get):
    server.answers = [cut(BODY, 200_000, **VERSION), reply(416), rest(BODY)]
    assert get(f"{server.url}/w.pth") == SHA
    assert "Range" not in server.seen[2]


def test_a_body_shorter_than_claimed_is_an_error(server, get):
    server.answers = [reply(200, BODY, len(BODY) + 1)]
    message = get.fails(f"{server.url}/w.pth?token=secret", attempts=3)
    assert "cannot be fetched" in message
    assert "secret" not in message
    assert len(server.seen) == 3
    assert get.files == []


def test_server_errors_pass_with_growing_waits(server, get):
    server.answers = [reply(500), reply(503), reply(200, BODY)]
    assert get(f"{server.url}/w.pth") == SHA
    assert get.waits == [1, 2]


def test_after_the_last_attempt_it_gives_up(server, get):
    server.answers = [reply(502)]
    message = get.fails(f"{server.url}/w.pth?token=secret", attempts=3)
    assert "the server answers 502" in message
    assert "secret" not in message + "".join(get.lines)
    assert len(server.seen) == 3
    assert get.waits == [1, 2]


def test_it_waits_as_long_as_the_server_asks(server, get):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.answers = [
        reply(429, Retry_After="7"),
        reply(429, Retry_After=date),
        reply(429, Retry_After="soon"),
        reply(200, BODY),
    ]
    assert get(f"{server.url}/w.pth") == SHA
    assert get.waits[0] == 7
    assert 25 < get.waits[1] <= 30
    assert get.waits[2] == 4


def test_it_does_not_wait_for_an_hour(server, get):
    server.answers = [reply(429, Retry_After="3600")]
    assert "asks to wait 3600 s" in get.fails(f"{server.url}/w.pth")
    assert get.waits == []


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
    server.answers = [reply(302, Location="file:///etc/passwd")]
    assert "cannot be fetched" in get.fails(f"{server.url}/w.pth")


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
    server.answers = [endless]
    assert "larger than the limit of 300000 bytes" in get.fails(server.url, max_bytes=300_000)
    assert get.files == []


def test_a_body_that_says_to_be_too_large_is_not_begun(server, get):
    server.answers = [reply(200, b"", 10**12)]
    assert "larger than the limit" in get.fails(server.url, attempts=1)
    assert len(server.seen) == 1


def test_a_server_that_falls_silent_is_left(server, get, monkeypatch):
    monkeypatch.setattr(http_source, "TIMEOUT", (1, 0.1))
    server.answers = [stalled(BODY, 1000), reply(200, BODY)]
    assert get(f"{server.url}/w.pth") == SHA
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
    assert f"no space left for {get.target}" in get.fails(f"{server.url}/w.pth")
    assert get.files == []
    assert len(server.seen) == 1


def test_a_place_that_cannot_be_written_is_one_line(server, get):
    server.answers = [reply(200, BODY)]
    (get.folder / "file").write_text("")
    get.target = get.folder / "file" / "weights.pth"
    assert f"cannot write {get.target}" in get.fails(f"{server.url}/w.pth")
    get.target = get.folder / "folder"
    get.target.mkdir()
    assert f"cannot write {get.target}" in get.fails(f"{server.url}/w.pth")
    assert get.files == ["file", "folder"]


DRIVE = "https://drive.usercontent.google.com/download?id=1aB-_9&export=download&confirm=t"


@pytest.mark.parametrize(
    ("link", "direct"),
    [
        ("https://drive.google.com/file/d/1aB-_9/view?usp=sharing", DRIVE),
        ("https://drive.google.com/file/u/0/d/1aB-_9/edit", DRIVE),
        ("https://drive.google.com/open?id=1aB-_9", DRIVE),
        ("https://drive.google.com/uc?export=download&id=1aB-_9", DRIVE),
        ("https://docs.google.com/uc?id=1aB-_9", DRIVE),
        (DRIVE, DRIVE),
        (
            "https://drive.google.com/file/d/1aB-_9/view?resourcekey=0-k",
            f"{DRIVE}&resourcekey=0-k",
        ),
        ("https://www.dropbox.com/s/k/w.pth?dl=0", "https://www.dropbox.com/s/k/w.pth?dl=1"),
        ("https://www.dropbox.com/s/k/w.pth", "https://www.dropbox.com/s/k/w.pth?dl=1"),
        (
            "https://www.dropbox.com/scl/fi/k/w.pth?rlkey=r&raw=1",
            "https://www.dropbox.com/scl/fi/k/w.pth?rlkey=r&dl=1",
        ),
        ("https://example.org/w.pth?dl=0", "https://example.org/w.pth?dl=0"),
        (
            "https://example.org/drive.google.com/open?id=1",
            "https://example.org/drive.google.com/open?id=1",
        ),
    ],
)
def test_share_links_lead_to_the_file(link, direct):
    assert direct_address(link) == direct


@pytest.mark.parametrize(
    "link",
    [
        "https://drive.google.com/drive/folders/1aB?usp=sharing",
        "https://drive.google.com/drive/u/0/folders/1aB?id=2",
        "https://docs.google.com/document/d/1aB/edit",
    ],
)
def test_a_link_to_no_file_is_refused(get, link):
    assert "is no link to one file" in get.fails(link)


def test_what_is_shown_of_an_address():
    assert shown("https://me:word@host:8/a/b.pth?token=1#x") == "https://host:8/a/b.pth"
    assert shown("data/my #1 weights?.pth") == "data/my #1 weights?.pth"
