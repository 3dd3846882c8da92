"""Which classes a chart shows where they are too many to be read, and how it says so."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from matplotlib.lines import Line2D

# How many classes a chart has a row, a bar or a name for.
MOST = 30
END = MOST // 2

Class = TypeVar("Class")


def both_ends(ranking: Sequence[Class]) -> list[Class]:
    """The first and the last `END` classes of a ranking; all of them where there are `MOST`."""
    return [*ranking] if len(ranking) <= MOST else [*ranking[:END], *ranking[-END:]]


def cut_line(shown: int, classes: int, which: str, file: str) -> list[str]:
    """A line for a title that shows not all classes; none where it does.

    Args:
        shown: number of classes that are shown.
        classes: number of all.
        which: what those shown have in common.
        file: where all are found, below the folder of the run.
    """
    line = f"{shown} of {classes} classes, {which}; all in {file}"
    return [line] if shown < classes else []


def gap_at(line: Callable[..., Line2D]) -> None:
    """Mark where classes are left out between both ends, whose rows or bars are 1 apart.

    Args:
        line: draws a line across the axes, their `axhline` or `axvline`.
    """
    line(END - 0.5, color="0.4", linewidth=0.8, linestyle=(0, (1, 3)))
