"""What is printed: colours on a terminal alone, and only where nobody has asked for none."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO


def coloured(stream: TextIO) -> bool:
    """Whether colours are understood and wanted there, see https://no-color.org."""
    known = os.environ.get("TERM") != "dumb"
    return stream.isatty() and known and not os.environ.get("NO_COLOR")


def bold(text: str, stream: TextIO) -> str:
    return f"\033[1m{text}\033[0m" if coloured(stream) else text


def complain(line: str) -> None:
    """Say a line of what went wrong, its beginning in red."""
    name = "\033[31mcnnscope:\033[0m" if coloured(sys.stderr) else "cnnscope:"
    print(f"{name} {line}", file=sys.stderr)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells in columns, the first bold; the last may be of any length."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    lines = []
    for first, *others in rows:
        cells = [bold(first, sys.stdout) + " " * (widths[0] - len(first))]
        cells += [cell.ljust(width) for cell, width in zip(others, widths[1:], strict=False)]
        lines.append("  ".join([*cells, others[-1]]))
    return "\n".join(lines)
