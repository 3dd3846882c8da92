"""What a metric of attributions declares beside its function, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Metric:
    """The declaration `METRIC = Metric(...)` of a file in this folder; its values are literals.

    It is read without running the file, because a plan must not wait for PyTorch. From it follow
    the section of the settings, the target of the metric's name, the shards, the table, and a
    figure that holds every method against every other.

    The file has a function `score(model, images, targets, attribution, **options, log) -> (N,)`,
    whose answer for an image does not depend on the other images. What it takes of `seed` and
    `labels` by name it is given, and what it `needs`.

    Attributes:
        title: what the figure is called.
        summary: what the settings section is about, in a line.
        paper: authors, year, title and address.
        units: of the score.
        better: "lower" or "higher".
        category: what is tested: faithfulness, localisation, robustness, randomisation or
            complexity.
        needs: what it asks for beside the maps: "masks", bool (N, H, W), true where the object is;
            "method", a function `explain(model, images, targets)` that gives the maps float32
            (N, H, W) of other images; "examples", images of the dataset uint8 (M, H, W, C) with
            their `example_labels` (M,), -1 where unknown.
        options: the settings that the function takes by name, each as JSON Schema with `default`
            and `description`.
    """

    title: str
    summary: str
    paper: str
    units: str
    better: str
    category: str
    needs: tuple[str, ...] = ()
    options: Mapping[str, Mapping] = field(default_factory=dict)
