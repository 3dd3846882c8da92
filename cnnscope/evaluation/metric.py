"""What a metric of attributions declares beside its function, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnscope.shared_options import with_shared

# Options that mean the same in several metrics.
SHARED_OPTIONS: Mapping[str, Mapping] = {
    "baseline": {
        "enum": ["black", "mean", "blur", "noise"],
        "default": "mean",
        "description": "what replaces a hidden pixel: black, the image's mean colour, a "
        "blurred copy of it, or noise",
    },
}


@dataclass(frozen=True)
class Metric:
    """The declaration `METRIC = Metric(...)` of a file in this folder; its values are literals.

    It is read without running the file, because a plan must not wait for PyTorch. From it follow
    the section of the settings, the target of the metric's name, the shards, the table, and a
    figure that holds every method against every other.

    The file has a function `score(model, images, targets, attribution, **options, log) -> (N,)`,
    whose answer for an image does not depend on the other images, and is NaN where the metric has
    none. What it takes of `seed` and `labels` by name it is given, and so is what it `needs`.

    Attributes:
        title: what the figure is called.
        summary: what the settings section is about, in a line.
        paper: authors, year, title and address.
        units: of the score.
        better: "lower" or "higher".
        category: what is tested: faithfulness, localisation, robustness, randomisation or
            complexity.
        needs: "masks" for `masks`, bool (N, H, W), true where the object is; "method" for
            `explain(model, images, targets) -> (N, H, W)`, the method run anew, on another network
            or on other images; "examples" for `examples`, images of the dataset uint8
            (M, H, W, C), and their `example_labels` (M,), -1 where unknown.
        network: whether it looks at the network. Where it does not, `model` is None, and a score
            does not wait for PyTorch.
        options: the settings that the function takes by name, each as JSON Schema with `default`
            and `description`; None stands for that of `SHARED_OPTIONS`.
    """

    title: str
    summary: str
    paper: str
    units: str
    better: str
    category: str
    needs: tuple[str, ...] = ()
    network: bool = True
    options: Mapping[str, Mapping | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", with_shared(self.options, SHARED_OPTIONS))

    def described(self) -> dict:
        """What those who read its scores are told."""
        return {"title": self.title, "better": self.better, "category": self.category}
