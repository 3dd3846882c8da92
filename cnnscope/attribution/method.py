"""The declaration of an attribution method, as plain data next to its function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cnnscope.shared_options import with_shared

# Options that mean the same in several methods.
SHARED_OPTIONS: Mapping[str, Mapping] = {
    "background": {
        "type": "integer",
        "minimum": 1,
        "default": 8,
        "description": "images drawn where baseline is background",
    },
    "layer": {
        "type": ["string", "null"],
        "default": None,
        "description": "a module by name, as in print(model); null: the last with a map",
    },
    "precision": {
        "enum": ["float32", "bfloat16"],
        "default": "float32",
        "description": "of the forward passes; bfloat16 where the processor computes in it",
    },
    "segmentation": {
        "type": "object",
        "required": ["method"],
        "properties": {
            "method": {
                "enum": ["slic", "quickshift", "felzenszwalb"],
                "description": "how superpixels are found",
            }
        },
        "default": {"method": "slic", "n_segments": 60, "compactness": 10.0, "sigma": 1.0},
        "description": "method, and its arguments as scikit-image names them",
    },
}


@dataclass(frozen=True)
class Method:
    """The declaration `METHOD = Method(...)` of a module in this folder; its values are literals.

    It is read without importing the module, because planning the jobs must not wait for PyTorch.
    It determines the method's section of the settings, its inputs, its default target, its figure,
    and the tests that apply to all methods.

    Attributes:
        title: title of the figure.
        summary: one line that describes the section of the settings.
        paper: authors, year, title and address.
        units: units of the attribution.
        signed: whether the attribution can be negative, which speaks against the target.
        relative: whether only differences within a map mean something, so that its colours begin
            at its least value and not at 0.
        images: the image sets that are explained unless the config names others.
        target: the class that is explained by default, "true" or "predicted".
        options: settings that are passed to the function by name, each as JSON Schema with
            `default` and `description`; None stands for that of `SHARED_OPTIONS`.
        needs: ("background",) for a method that always takes training images as a background, as
            many as its option `background` says. A method with an option `baseline`, see
            `cnnscope.attribution.baseline`, takes them where that is `background`.
        control: whether it is no explanation but what explanations are held against: it looks at
            neither the network nor the class, and may answer all images alike.
        figure: "maps" for a map below each image, or the file in cnnscope/figures that draws
            the figure: its `CHART` is about a method.
    """

    title: str
    summary: str
    paper: str
    units: str
    signed: bool
    relative: bool = False
    images: tuple[str, ...] = ("gallery",)
    target: str = "true"
    options: Mapping[str, Mapping | None] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    control: bool = False
    figure: str = "maps"

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", with_shared(self.options, SHARED_OPTIONS))

    def takes_background(self, settings: Mapping) -> bool:
        """Whether `settings` of this method ask for background images."""
        return "background" in self.needs or settings.get("baseline") == "background"

    def arguments(self, settings: Mapping) -> dict:
        """What of `settings` the result depends on: not a number of images that nobody draws."""
        unused = {"images"} if self.takes_background(settings) else {"images", "background"}
        return {name: value for name, value in settings.items() if name not in unused}


def arguments_for(function: Callable, options: Mapping, /, **offered) -> dict:
    """Keyword arguments for a function: its options, and those of `offered` that it accepts."""
    taken = inspect.signature(function).parameters
    return dict(options) | {name: value for name, value in offered.items() if name in taken}
