"""Which of Snakemake's lines a user of the command is shown."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cnnscope.command.watching import _Screen, watch

ROOT = Path(__file__).parents[2]
NOTICE = "confusion: left out, for the pictures have no labels"
REASON = "cnnscope: http://there cannot be fetched: no network"
USUAL = ["Building DAG of jobs...", "Select jobs to execute...", "[Sun Nov 29 10:40:16 2026]"]


def child(lines: list[str], code: int = 0) -> list[str]:
    """A command that says lines as Snakemake does, and ends with a code."""
    text = "".join(f"{line}\n" for line in lines)
    return [sys.executable, "-c", f"import sys; sys.stderr.write({text!r}); sys.exit({code})"]


def said(capfd, lines: list[str], code: int = 0, **how) -> tuple[int, list[str]]:
    how = {"quiet": False, "targets": False} | how
    found = watch(child(lines, code), [NOTICE], **how)
    return found, capfd.readouterr().err.splitlines()


RUN = [f"cnnscope: {NOTICE}", *USUAL, "3 of 17 steps (18%) done", "cnnscope: warning: a guess"]


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ({}, [RUN[0], RUN[-2], RUN[-1]]),
        ({"quiet": True}, [RUN[0], RUN[-1]]),
        ({"targets": True}, [RUN[-2], RUN[-1]]),
    ],
)
def test_what_is_about_the_run_is_shown_and_how_far_it_is(how, shown, capfd):
    assert said(capfd, RUN, **how) == (0, shown)


def test_the_reason_of_a_failure_is_shown_once_and_nothing_else(capfd):
    lines = [*USUAL, "Error in rule download:", REASON, "====", "", REASON, "WorkflowError:"]
    assert said(capfd, lines, 1) == (1, [REASON])


def test_a_failure_that_no_line_explains_is_shown_whole(capfd):
    untold = "cnnscope: a job failed; its log is shown above"
    lines = [f"cnnscope: {NOTICE}", *USUAL, "Traceback: ValueError", untold]
    assert said(capfd, lines, 1, targets=True) == (1, [*USUAL, "Traceback: ValueError", untold])


def test_an_option_that_snakemake_does_not_know_is_one_line(capfd):
    lines = ["usage: snakemake [-h]", "   [targets ...]", "__main__.py: error: unknown --corse"]
    assert said(capfd, lines, 2) == (2, ["cnnscope: Snakemake: unknown --corse (snakemake --help)"])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_is_stopped_says_so_and_leaves_no_child(number, code, tmp_path):
    """As a terminal does it: the interruption reaches the child too, a request to end does not."""
    waiting = tmp_path / "waiting"
    inner = f"import pathlib, time; pathlib.Path({str(waiting)!r}).touch(); time.sleep(60)"
    outer = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from cnnscope.command.watching import watch; "
        f"sys.exit(watch([sys.executable, '-c', {inner!r}], [], quiet=True, targets=True))"
    )
    call = [sys.executable, "-c", outer]
    running = subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    while not waiting.exists():
        assert running.poll() is None
        time.sleep(0.02)
    if number == signal.SIGINT:
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    _, told = running.communicate(timeout=30)
    assert running.returncode == code
    assert told.decode() == "cnnscope: stopped; the same call goes on where it was\n"
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def test_on_a_terminal_progress_is_one_line_that_is_written_over():
    stream = io.StringIO()
    stream.isatty = lambda: True
    screen = _Screen(stream)
    for line in ("1 of 2", "2 of 2"):
        screen.tell_progress(line)
    screen.say("done")
    assert stream.getvalue() == "\r\033[K1 of 2\r\033[K2 of 2\r\033[Kdone\n"
