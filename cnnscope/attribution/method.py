"""What an attribution method declares beside its function, as plain data."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Method:
    """The declaration `METHOD = Method(...)` of a file in this folder; its values are literals.

    It is read without running the file, because a plan must not wait for PyTorch. From it follow
    the section of the settings, the question and the target of the method's name, its inputs, its
    figure and its place in the tests that hold for every method.

    Attributes:
        title: what the figure is called.
        summary: what the settings section is about, in a line.
        paper: authors, year, title and address.
        units: of the attribution.
        signed: whether values below 0 speak against the target.
        images: the image sets that are explained where the config names none.
        target: the class that is explained by default: "true" or "predicted".
        options: the settings that the function takes by name, each as JSON Schema with `default`
            and `description`.
        needs: "background", for the number of training images that the option `background` says.
        figure: "maps", a map below each image; or the module in cnnscope/figures that draws it,
            with a rule of its own.
    """

    title: str
    summary: str
    paper: str
    units: str
    signed: bool
    images: tuple[str, ...] = ("gallery",)
    target: str = "true"
    options: Mapping[str, Mapping] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    figure: str = "maps"


def arguments_for(explain: Callable, options: Mapping, **offered) -> dict:
    """The options of a method, and of what is offered that which its function takes by name."""
    taken = inspect.signature(explain).parameters
    return dict(options) | {name: value for name, value in offered.items() if name in taken}
