import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from download_cases import BODY, SHA, VERSION
from misbehaving_server import cut, reply, rest, stalled

from cnnscope.checkpoints import http_source
from cnnscope.checkpoints.partial import Partial


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


@pytest.mark.parametrize("digits", [8, 10, 63])
def test_the_first_digits_of_a_hash_are_checked(server, get, digits):
    server.answers = [reply(200, BODY)]
    assert get(f"{server.url}/w.pth", SHA[:digits]) == SHA
    get.target.unlink()
    wrong = SHA[: digits - 1] + ("0" if SHA[digits - 1] != "0" else "1")
    assert "has another SHA-256" in get.fails(f"{server.url}/w.pth", wrong)
    assert get.files == []


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
    for wrong in ("abc", SHA[:7], SHA + "0", SHA[1:] + "g"):
        assert "64 hexadecimal digits" in get.fails(f"{server.url}/w.pth", wrong)
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
        "import sys; from pathlib import Path; from cnnscope.checkpoints.download import download;"
        "download(sys.argv[1], Path(sys.argv[2]))"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.Popen([sys.executable, "-c", code, address, get.target], cwd=root)
    while killed.poll() is None and not Partial(get.target, address).origin():
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


def test_it_waits_as_long_as_the_server_asks(server, get, monkeypatch):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(http_source, "datetime", SimpleNamespace(now=lambda zone: noon))
    date = format_datetime(noon + timedelta(seconds=30), usegmt=True)
    server.answers = [
        reply(429, Retry_After="7"),
        reply(429, Retry_After=date),
        reply(429, Retry_After="soon"),
        reply(200, BODY),
    ]
    assert get(f"{server.url}/w.pth") == SHA
    assert get.waits == [7, 30, 4]


def test_it_does_not_wait_for_an_hour(server, get):
    server.answers = [reply(429, Retry_After="3600")]
    assert "asks to wait 3600 s" in get.fails(f"{server.url}/w.pth")
    assert get.waits == []
