"""A run: its checked settings and what its dataset holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from cnnscope.attribution.method import Method
from cnnscope.checks import check_image_set
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import SPLITS
from cnnscope.data.loose_pictures import PICTURES
from cnnscope.data.source import OpenDataset, Source
from cnnscope.errors import UserError
from cnnscope.evaluation.metric import Metric
from cnnscope.figures.chart import Chart
from cnnscope.planning.loose_pictures import fit_pictures
from cnnscope.planning.methods import declared_charts, declared_methods, declared_metrics
from cnnscope.planning.opening import opened
from cnnscope.planning.questions import (
    COMPARISONS,
    OF_SETS,
    check_questions,
    fit_shipped_sets,
    is_address,
    run_name,
    scored_splits,
    used_sets,
)
from cnnscope.planning.settings import read_settings, shipped_settings
from cnnscope_demo.food_classes import FOOD_CLASSES, listed_images

# How many filters of each layer `filters.layers: auto` takes.
_AUTO_FILTERS = 4


@dataclass(frozen=True, eq=False)
class Run:
    """What the plan is made from.

    Attributes:
        settings: checked, with every default, and with the name of the run.
        methods, metrics, charts: the attribution methods, metrics and charts by name.
        classes: a name a class, in the order of the labels.
        counts: the number of images of each split that the dataset has.
        dataset: the user's dataset, opened; None for the demo, which a job draws.
        source: where the user's dataset lies and how it is read; None for the demo.
        class_count: the number of classes; None where the network alone knows it.
        left_out: a line for each question that cannot be asked, with the reason.
    """

    settings: dict
    methods: Mapping[str, Method]
    metrics: Mapping[str, Metric]
    charts: Mapping[str, Chart]
    classes: Sequence[str]
    counts: Mapping[str, int]
    dataset: OpenDataset | None = None
    source: Source | None = None
    class_count: int | None = None
    left_out: Sequence[str] = ()

    @cached_property
    def labelled(self) -> bool:
        """Whether true classes are known: of pictures, they may not be."""
        if PICTURES not in self.counts:
            return True
        return any(label >= 0 for label in self.images(PICTURES).values())

    @cache  # noqa: B019, a run lives as long as its process.
    def images(self, split: str) -> Mapping[str, int]:
        """The names of the images of a split, in their order, each with its label (-1: unknown)."""
        if self.dataset is None:
            return listed_images(split, self.settings["demo"][split])
        listed = self.dataset.listing.splits[split]
        return dict(zip(listed.names, listed.labels, strict=True))

    @property
    def folder(self) -> str:
        """The folder of the run's published results."""
        return f"results/{self.settings['run']}"

    @property
    def figures(self) -> str:
        """The folder of the run's figures."""
        return self.settings["output"] or f"{self.folder}/figures"

    @property
    def format(self) -> str:
        return self.settings["figures"]["format"]

    @property
    def checkpoint(self) -> str | None:
        return self.settings["model"]["checkpoint"]

    @property
    def downloads(self) -> bool:
        """Whether the checkpoint is an address."""
        return bool(self.checkpoint) and is_address(self.checkpoint)

    @property
    def trains(self) -> bool:
        """Whether the workflow trains, from the start or from a checkpoint."""
        return not self.checkpoint or bool(self.settings["training"]["start"])

    @cached_property
    def sets(self) -> list[str]:
        """The image sets that the questions ask about, in the order of the config."""
        return used_sets(self.settings)

    @cached_property
    def scored(self) -> list[str]:
        """The splits whose predictions are compared with the truth."""
        return scored_splits(self.settings, self.counts)

    @cached_property
    def plannable_sets(self) -> list[str]:
        """The image sets of all questions, asked or not, that this dataset can fill."""
        sections = (self.settings[name] for name in (*self.methods, *OF_SETS))
        named = {name for section in sections for name in section["images"]}
        sets = [name for name in self.settings["image_sets"] if name in named]
        return [name for name in sets if self._can_be_filled(name)]

    def _can_be_filled(self, name: str) -> bool:
        image_set = self.settings["image_sets"][name]
        try:
            check_image_set(name, image_set, self.counts[image_set["split"]])
        except (KeyError, UserError):
            return False
        return True

    @cached_property
    def scorable(self) -> list[str]:
        """The metrics that have a method to score."""
        return [metric for metric in self.measurable(self.metrics) if self.scored_methods(metric)]

    @property
    def has_masks(self) -> bool:
        """Whether it is known which pixels of the images show the object."""
        return self.dataset is None or self.settings["dataset"]["masks"] is not None

    def measurable(self, metrics: Iterable[str]) -> list[str]:
        """Those of some metrics that ask for nothing that this dataset lacks: masks, or labels."""
        there = {"masks": self.has_masks, "examples": self.labelled}
        return [
            name
            for name in metrics
            if all(there.get(needed, True) for needed in self.metrics[name].needs)
        ]

    @property
    def shown_metrics(self) -> list[str]:
        """The metrics whose scores stand below each map."""
        return self.measurable(self.settings["scores"]["below"])

    @cached_property
    def comparable(self) -> list[str]:
        """The comparisons that have something to hold side by side."""
        there = {"compare": bool(self.side_by_side("compare")), "vary": True}
        return [name for name in COMPARISONS if there[name] and name in self.answerable]

    def side_by_side(self, question: str) -> list[str]:
        """The attribution methods of a question that is asked of several at once."""
        asked = self.settings[question]["methods"]
        if asked == "all":
            return [name for name, method in self.methods.items() if not method.control]
        return asked or [name for name in self.settings["questions"] if name in self.methods]

    def scored_methods(self, metric: str) -> list[str]:
        """The attribution methods that a metric scores, if their image sets can be filled."""
        asked = self.settings[metric]["methods"] or [
            question for question in self.settings["questions"] if question in self.methods
        ]
        return [method for method in asked if method in self.answerable]

    @cached_property
    def answerable(self) -> set[str]:
        """The questions whose image sets can be filled; the others have no target."""
        return {
            question
            for question in (*self.methods, *OF_SETS)
            if set(self.settings[question]["images"]) <= set(self.plannable_sets)
        }

    @property
    def scored_name(self) -> str:
        """The scored splits as a figure names them."""
        return " and ".join(", ".join(self.scored).rsplit(", ", 1))

    @cached_property
    def filter_layers(self) -> dict[str, dict]:
        """The layers whose filters are pictured, by the name under which they are published.

        Of each its `layer` and `filters`, as the job takes them, and where the ascent starts.
        """
        section = self.settings["filters"]
        layers = _by_published_name(section["layers"])
        return {name: {"start": section["start"]} | layer for name, layer in layers.items()}

    @cached_property
    def top_layers(self) -> dict[str, dict]:
        """The layers for whose filters the strongest images are searched, in the same way."""
        layers = self.settings["top_images"]["layers"] or self.settings["filters"]["layers"]
        return {
            name: {key: layer[key] for key in ("layer", "filters")}
            for name, layer in _by_published_name(layers).items()
            if layer["filters"] != "all"
        }


def read_run(given: Mapping, files: Sequence[str], home: Path, index: ContentIndex) -> Run:
    """Read the settings, look at the dataset, and see that the questions fit it.

    Args:
        given: the config as Snakemake has read it.
        files: the config files that it has read.
        home: the folder that holds config.yaml and schemas/.
        index: what is known of the user's files.

    Raises:
        UserError: a mistake in the settings or in the dataset.
    """
    methods, metrics = declared_methods(), declared_metrics()
    settings = read_settings(given, files, home, methods, metrics)
    source, dataset = opened(settings, index)
    if dataset is None:
        counts = {split: len(listed_images(split, settings["demo"][split])) for split in SPLITS}
        classes = settings["dataset"]["classes"] or list(FOOD_CLASSES)
    else:
        classes = list(dataset.listing.classes)
        counts = {name: len(split.names) for name, split in dataset.listing.splits.items()}
    left_out = []
    if PICTURES in counts:
        labels = dataset.listing.splits[PICTURES].labels
        left_out = fit_pictures(settings, given, shipped_settings(home), methods, labels)
    else:
        fit_shipped_sets(settings, shipped_settings(home), counts)
    check_questions(settings, methods, classes, counts)
    settings["run"] = run_name(settings)
    number = settings["dataset"]["classes"]
    return Run(
        settings, methods, metrics, declared_charts(), classes, counts, dataset, source,
        class_count=number if isinstance(number, int) else len(classes) or None,
        left_out=left_out,
    )  # fmt: skip


def _by_published_name(layers: str | Sequence[Mapping]) -> dict[str, Mapping]:
    if layers != "auto":
        return {layer["layer"]: layer for layer in layers}
    # The network alone knows their names, and the job asks it.
    names = ("first", "middle", "last")
    return {name: {"layer": {"convolution": name}, "filters": _AUTO_FILTERS} for name in names}
