"""The figure of an explanation, drawn in the session of a user who draws others in it too."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure as Figure

from cnnscope.attribution.method import Method

# As config.yaml ships them: of maps with both signs, of others.
_SIGNED, _UNSIGNED = "bwr", "inferno"
_FORMAT = {"format": "png", "dpi": 150}


def draw_explanation(
    method: Method,
    images: npt.NDArray[np.uint8],
    maps: npt.NDArray[np.float32],
    details: Mapping[str, npt.NDArray[Any]],
    facts: Mapping[str, Any],
    names: Sequence[str],
    colours: str | None,
) -> Figure:
    """The figure that a run has of the method, without the scores below its maps.

    Args:
        images: uint8 (N, H, W, C).
        maps: (N, H, W).
        details: `labels`, `targets` (N,), `logits` (N, K) and what the method adds to them.
        facts: of the method, `units` among them.
        names: of the classes; one without a name is called by its number.
        colours: matplotlib's name of a colour map; None for the one that a run takes.
    """
    with own_style():
        chart = _module(method.figure)
        results = {"array": maps, "details": details, "facts": facts}
        read = {
            argument: results.get(said.removeprefix("attribution."))
            for argument, said in chart.CHART.reads.items()
        }
        offered = {
            "names": list(names),
            "colours": colours or (_SIGNED if method.signed else _UNSIGNED),
            "signed": method.signed,
            "relative": method.relative,
            "title": method.title,
        }
        uses = {wanted: offered.get(wanted) for wanted in chart.CHART.uses}
        figure: Figure = chart.draw(images=images, **read, **uses)
        return figure


def save_figure(figure: Figure, file: Path, read: Mapping[str, Any]) -> None:
    """Write a figure as PNG; at its foot stands a warning where the network seems to guess.

    Args:
        read: the `details` and the `facts` of the explanation.
    """
    with own_style():
        _module("style").save(figure, file, _FORMAT, _module("shown").doubts(read))


@contextmanager
def own_style() -> Iterator[None]:
    """The look of a run's figures while the block runs, and then the user's as it was before."""
    style = _module("style")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style.STYLE)
        yield


def _module(name: str) -> ModuleType:
    """A module of this folder; its import leaves the user's settings of matplotlib as they are.

    The figures are drawn by jobs, each a process without a screen, whose settings they change.
    """
    backend = matplotlib.get_backend()
    with matplotlib.rc_context():
        module = importlib.import_module(f"cnnscope.figures.{name}")
    if matplotlib.get_backend() != backend:
        matplotlib.use(backend)
    return module
