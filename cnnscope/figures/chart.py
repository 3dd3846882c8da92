"""What a chart declares beside its function, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """The declaration `CHART = Chart(...)` of a file in this folder; its values are literals.

    It is read without running the file, because a plan must not wait for matplotlib. From it follow
    the target and the figure of the file's name, its inputs and its place in the report.

    The file has a function `draw(**arguments) -> Figure`, which draws what it is given and computes
    nothing.

    Attributes:
        title: the figure's entry in the report.
        category: the entry of the report's menu that it belongs to.
        caption: what the report says of it; names in braces stand for what `uses` may name.
        reads: the argument that each result is given as: `"<result>"` or `"<result>.<output>"`, as
            cnnscope/planning/charts.py lists them. A table comes as its rows, an array as an array,
            facts as a dict.
        uses: further arguments, from the list in cnnscope/planning/charts.py: the names of the
            classes, a colour map and the like.
    """

    title: str
    category: str
    caption: str
    reads: Mapping[str, str]
    uses: tuple[str, ...] = ()
