"""A run: its checked settings and what its dataset holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from cnnscope.attribution.method import Method
from cnnscope.checks import check_image_set
from cnnscope.data.dataset import OpenDataset, Source, open_dataset
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import SPLITS
from cnnscope.errors import UserError
from cnnscope.evaluation.metric import Metric
from cnnscope.figures.chart import Chart
from cnnscope.planning.methods import declared_charts, declared_methods, declared_metrics
from cnnscope.planning.pretrained import class_names
from cnnscope.planning.questions import (
    check_questions,
    fit_shipped_sets,
    is_address,
    run_name,
    scored_splits,
    used_sets,
)
from cnnscope.planning.settings import read_settings, shipped_settings
from cnnscope_demo.food_classes import FOOD_CLASSES, listed_images


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
    """

    settings: dict
    methods: Mapping[str, Method]
    metrics: Mapping[str, Metric]
    charts: Mapping[str, Chart]
    classes: Sequence[str]
    counts: Mapping[str, int]
    dataset: OpenDataset | None = None
    source: Source | None = None

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
        sections = (self.settings[name] for name in (*self.methods, "filters", "activations"))
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
        return [metric for metric in self.metrics if self.scored_methods(metric)]

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
            for question in (*self.methods, "filters", "activations")
            if set(self.settings[question]["images"]) <= set(self.plannable_sets)
        }

    @property
    def scored_name(self) -> str:
        """The scored splits as a figure names them."""
        return " and ".join(", ".join(self.scored).rsplit(", ", 1))

    @cached_property
    def filter_layers(self) -> dict[str, dict]:
        """For each layer whose filters are pictured: its `filters` and where the ascent starts."""
        section = self.settings["filters"]
        return {
            layer["layer"]: {
                "filters": layer["filters"],
                "start": layer.get("start", section["start"]),
            }
            for layer in section["layers"]
        }

    @cached_property
    def top_layers(self) -> dict[str, list[int]]:
        """The filters of each layer for which the strongest images are searched."""
        layers = self.settings["top_images"]["layers"] or self.settings["filters"]["layers"]
        return {one["layer"]: one["filters"] for one in layers if one["filters"] != "all"}


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
    if settings["dataset"]["path"] is None:
        dataset = source = None
        counts = {split: len(listed_images(split, settings["demo"][split])) for split in SPLITS}
        classes = settings["dataset"]["classes"] or list(FOOD_CLASSES)
    else:
        source = _source(settings, index.memory)
        dataset = open_dataset(source, index)
        source, dataset = _with_names(source, dataset, class_names(settings), index)
        classes = list(dataset.listing.classes)
        counts = {name: len(split.names) for name, split in dataset.listing.splits.items()}
    fit_shipped_sets(settings, shipped_settings(home), counts)
    check_questions(settings, methods, classes, counts)
    settings["run"] = run_name(settings)
    return Run(settings, methods, metrics, declared_charts(), classes, counts, dataset, source)


def _with_names(
    source: Source, dataset: OpenDataset, names: Sequence[str] | None, index: ContentIndex
) -> tuple[Source, OpenDataset]:
    """The dataset with the class names of the network's weights, where it has no others.

    They count where classes are numbers, or folders called as some of them.
    """
    if not names or source.classes:
        return source, dataset
    known = dataset.listing.classes
    if source.layout == "folders":
        fitting = set(known) <= set(names)
    else:
        fitting = len(known) <= len(names) and known == tuple(map(str, range(len(known))))
    if not fitting:
        return source, dataset
    source = replace(source, classes=tuple(names))
    return source, open_dataset(source, index)


def _source(settings: Mapping, memory: Path) -> Source:
    how = settings["dataset"]
    return Source(
        path=Path(how["path"]),
        layout=how["layout"],
        classes=tuple(how["classes"]) if how["classes"] else None,
        validation_fraction=how["validation_fraction"],
        max_bad_rows=how["max_bad_rows"],
        seed=settings["seed"],
        memory=memory,
    )
