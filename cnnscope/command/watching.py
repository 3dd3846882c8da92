"""Snakemake as a child whose lines are sifted: what is about the run is passed on, the rest kept.

A run of twenty jobs is some eighty lines of Snakemake's, and to ask it for fewer is to lose the
reason why a job has failed.
"""

import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

# What the workflow itself says, and the line of Snakemake's that says how far it is.
_OWN, _PROGRESS = "cnnscope: ", re.compile(r"\d+ of \d+ steps \(.+\) done")
# Stands where a job has failed that does not say in a line why.
_UNTOLD = "cnnscope: a job failed; its log is shown above"
# So many of the other lines are kept, for a failure that nothing else explains.
_KEPT = 300


def watch(command: Sequence[str], notices: Collection[str], *, quiet: bool, targets: bool) -> int:
    """Run Snakemake, and pass on to stderr what a user wants to know; stdout is left as it is.

    Args:
        notices: lines of the workflow that explain no failure, without its name before them.
        quiet: whether its progress is left out.
        targets: whether results are asked for by name: then the notices are left out, for they are
            about others.

    Returns:
        The exit code: that of Snakemake, or 128 and the number of the signal that ended it.
    """
    screen, others = _Screen(sys.stderr), deque(maxlen=_KEPT)
    # A job's reason stands in its log and once more at the end.
    told: set[str] = set()
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child, _left_to(child) as signals:
        for raw in child.stderr:
            line = raw.decode(errors="replace").rstrip("\n")
            if line.removeprefix(_OWN) in notices:
                if not targets:
                    screen.say(line)
            elif line.startswith(_OWN) and line != _UNTOLD:
                if line not in told:
                    screen.say(line)
                told.add(line)
            elif _PROGRESS.fullmatch(line):
                if not quiet:
                    screen.tell_progress(line)
            else:
                others.append(line)
    screen.clear()
    if signals:
        screen.say(f"{_OWN}stopped; the same call goes on where it was")
        return 128 + signals[0]
    if child.returncode and not told:
        screen.say(_reason(child.returncode, others))
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _reason(code: int, lines: Collection[str]) -> str:
    """Why Snakemake has failed: the line in which it says that a word is wrong, or all lines."""
    wrong = re.search(r"^\S+: error: (.+)", "\n".join(lines), re.MULTILINE)
    if code == 2 and wrong:
        return f"{_OWN}Snakemake: {wrong[1]} (snakemake --help)"
    return "\n".join(lines)


@contextmanager
def _left_to(child: subprocess.Popen) -> Iterator[list[int]]:
    """Give the signals that come while the block runs, which are the child's to obey.

    A terminal interrupts both at once; a request to end is handed on. Snakemake then ends its jobs.
    """
    signals: list[int] = []

    def interrupted(number: int, frame: object) -> None:
        signals.append(number)
        if number == signal.SIGTERM:
            child.terminate()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupted) for number in numbers}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Screen:
    """Lines on a stream; on a terminal, progress is one line that is written over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._pending = False

    def say(self, line: str) -> None:
        self.clear()
        print(line, file=self._stream, flush=True)

    def tell_progress(self, line: str) -> None:
        if not self._stream.isatty():
            self.say(line)
            return
        print(f"\r\033[K{line}", end="", file=self._stream, flush=True)
        self._pending = True

    def clear(self) -> None:
        if self._pending:
            print("\r\033[K", end="", file=self._stream, flush=True)
            self._pending = False
