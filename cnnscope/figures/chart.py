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
        title: the figure's entry in the report; names in braces stand for what `uses` may name.
        category: the entry of the report's menu that it belongs to.
        caption: what the report says of it, with names in braces in the same way.
        reads: the argument that each result is given as: `"<result>"` or `"<result>.<output>"`, as
            cnnscope/planning/charts.py lists them. A table comes as its rows, an array as an array,
            details as a dict of arrays, facts as a dict.
        optional: arguments of `reads` that are None where the run has no such result; without any
            other there is no figure.
        uses: further arguments, from the list in cnnscope/planning/charts.py: the names of the
            classes, a colour map and the like.
        about: "run" for one figure a run; "method" for one of each attribution method whose
            `METHOD.figure` names this file; "comparison" for several attributions side by side,
            each result a list of them; "sanity" for the same of random networks; "metric",
            "filters" and "top_images" for one of each metric or layer. The results and settings of
            that one may then be read and used too.
        images: whether the function is given the images that are asked about, as `images`, uint8
            (N, H, W, C) with N <= `figures.images`; of a figure a run, those of the settings
            section that has the file's name.
    """

    title: str
    category: str
    caption: str
    reads: Mapping[str, str]
    optional: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    about: str = "run"
    images: bool = False
