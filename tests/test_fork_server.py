"""Processes that are forked with their libraries imported behave as Python itself does."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from cnnscope import fork_server
from cnnscope.fork_server import serving

SHOWN = """
import os, sys
os.umask(mask := os.umask(0))
print(sys.argv[1:], os.getcwd(), os.environ["GIVEN"], oct(mask), input(), sys.path[0])
print("HOME" in os.environ)
print("unicodedata" in sys.modules, any(name.startswith("cnnscope") for name in sys.modules))
print("aside", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    # A library that Python does not import by itself.
    with serving(tmp_path_factory.mktemp("server"), ["unicodedata"]) as client:
        yield client


@pytest.fixture
def script(tmp_path):
    def write(text: str, name: str = "the script.py") -> Path:
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def call(python, *arguments, **options) -> subprocess.CompletedProcess:
    options = {"capture_output": True, "text": True, "timeout": 60} | options
    return subprocess.run([python, *arguments], **options)


def ends(pid: int) -> bool:
    """Whether a process ends soon; one that nobody waits for stays in the table as a zombie."""
    for _ in range(400):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_script_finds_its_words_folder_environment_and_input_as_ever(client, script, tmp_path):
    asked = (script(SHOWN), "a b", "c")
    given = {"cwd": tmp_path, "env": os.environ | {"GIVEN": "grün"}, "input": "typed\n"}
    given["env"].pop("HOME", None)
    forked, plain = (
        call(python, *asked, **given, umask=0o027) for python in (client, sys.executable)
    )
    *found, libraries = forked.stdout.splitlines()
    *expected, none = plain.stdout.splitlines()
    assert found == expected
    assert (libraries, none) == ("True False", "False False")
    assert forked.stderr == plain.stderr == "aside\n"
    assert forked.returncode == plain.returncode == 0


@pytest.mark.parametrize(
    "text, status, said",
    [
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('in words')", 1, "in words\n"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os; os.kill(os.getpid(), 9)", 137, ""),
    ],
)
def test_how_a_script_ends_is_told(client, script, text, status, said):
    done = call(client, script(text))
    assert done.returncode == status and said in done.stderr


def test_a_module_is_run_by_its_name(client, tmp_path):
    (tmp_path / "named.py").write_text("import sys; print(__name__, sys.argv[1:])")
    assert call(client, "-m", "named", "x", cwd=tmp_path).stdout == "__main__ ['x']\n"


def test_what_a_script_has_left_for_its_end_is_done(client, script):
    text = "import atexit; atexit.register(print, 'in the end'); print('first')"
    assert call(client, script(text)).stdout == "first\nin the end\n"


def test_one_script_changes_nothing_for_the_next(client, script):
    text = "import os, sys; print(os.environ.get('LEFT')); os.environ['LEFT'] = sys.argv[1]"
    assert [call(client, script(text), one).stdout for one in "ab"] == ["None\n"] * 2


def test_a_script_ends_with_the_program_that_was_called_for_it(client, script):
    text = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen([client, script(text)], stdout=subprocess.PIPE, text=True) as called:
        pid = int(called.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        called.send_signal(signal.SIGKILL)
        assert ends(pid)


def test_with_options_python_itself_is_called(client):
    words = ("-c", "import sys; print('unicodedata' in sys.modules, sys.argv[1:])", "a b")
    for options in ((), ("-B",)):
        assert call(client, *options, *words).stdout == "False ['a b']\n"
    assert call(client, input="print(1 + 1)").stdout == "2\n"


def test_without_a_server_python_itself_is_called(client, script, tmp_path):
    alone = fork_server._write_client(tmp_path)
    text = "import sys; print('unicodedata' in sys.modules, sys.argv[1:]); sys.exit(4)"
    done = call(alone, script(text), "a b")
    assert (done.stdout, done.returncode) == ("False ['a b']\n", 4)


BEGINS = """
import os, sys
sys.path.insert(0, {root!r})
from cnnscope import fork_server
fork_server.LIBRARIES = ("unicodedata",)
client = fork_server.begin()
print(client, flush=True)
input()
"""


def test_a_server_lives_as_long_as_the_process_that_began_it(script):
    root = str(Path(fork_server.__file__).parents[1])
    words = [sys.executable, script(BEGINS.format(root=root), "begins.py")]
    for stop in (lambda one: one.communicate("\n", timeout=20), lambda one: one.kill()):
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as began:
            client = Path(began.stdout.readline().strip())
            socket = client.with_name("socket")
            while not socket.exists():
                time.sleep(0.02)
            pid = call(client, script("import os; print(os.getppid())")).stdout
            stop(began)
            assert ends(int(pid)) and not client.parent.exists()


def test_a_server_whose_parent_has_ended_before_does_not_stay(tmp_path):
    words = [sys.executable, "-P", fork_server.__file__, str(tmp_path), "1", "unicodedata"]
    assert "ended before" in call(*words).stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("value", ["off", "/some/socket"])
def test_there_is_none_where_there_is_to_be_none(monkeypatch, value):
    monkeypatch.setenv(fork_server.VARIABLE, value)
    assert fork_server.begin() is None


def test_there_is_none_in_a_temporary_folder_that_snakemake_cannot_name(monkeypatch, tmp_path):
    monkeypatch.delenv(fork_server.VARIABLE, raising=False)
    spaced = tmp_path / "a b"
    spaced.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spaced))
    monkeypatch.setattr(fork_server, "_start", lambda *_: pytest.fail("began"))
    assert fork_server.begin() is None
