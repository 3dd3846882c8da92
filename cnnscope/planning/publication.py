"""The names that people see: which stored file is published where below results/<run>/."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from cnnscope.planning import answers, drawings, network, pictures, shortcuts
from cnnscope.planning.charts import chart, chart_about, described, subjects
from cnnscope.planning.comparisons import columns, compared
from cnnscope.planning.interventions import interventions
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import OUTPUTS, Result, closure
from cnnscope.planning.scoreboard import scoreboard, scored
from cnnscope.planning.scores import metric_scores, own_scores
from cnnscope.planning.sets import image_set
from cnnscope.planning.subjects import Subject, of_run


@dataclass(frozen=True)
class Caption:
    """How the report shows a figure.

    Attributes:
        file: the caption's name in report/.
        category: the entry of the report's menu.
        labels: what tells it from the others of its category.
        patterns: the files of a folder of figures, for example `{layer}.png`.
    """

    file: str
    category: str
    labels: dict[str, str]
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publication:
    """A result and the paths at which its files are found.

    Attributes:
        result: where the files lie in the store.
        files: the published path of each output.
        record: the published path of its record.
        log: the published path of its job's log.
        captions: of the outputs that are figures.
        text: the caption itself, where the figure's own file declares it.
    """

    result: Result
    files: dict[str, str]
    record: str
    log: str
    captions: dict[str, Caption] = field(default_factory=dict)
    text: str = ""


@cache
def publications(plan: Plan) -> dict[Result, Publication]:
    """Every result that has a published name, in the order in which they are made."""
    run = plan.run
    return {
        result: Publication(
            result,
            {
                output: f"{run.figures if output in captions else run.folder}/{file}"
                for output, file in files.items()
            },
            f"{run.folder}/records/{result.rule}_{result.label}.json",
            f"{run.folder}/logs/{log}.log",
            captions,
            text,
        )
        for result, log, files, captions, text in (*_arrays(plan), *_figures(plan))
    }


@cache
def questions(plan: Plan) -> dict[str, list[Result]]:
    """The results that answer each question, and each other target that has a name."""
    run = plan.run
    found: dict[str, list[Result]] = {"top_images": []}
    for subject, result in _about(plan):
        question = subject.kind if subject.kind in ("filters", "top_images") else subject.label
        found.setdefault(question, []).append(result)
    charted = {
        # A rule of that name makes the table.
        **{name: [chart(plan, name)] for name in _drawable(plan) if name not in OUTPUTS},
        "confusion": [
            chart(plan, name) for name in ("confusion_matrix", "class_scores", "class_support")
        ],
        "model_summary": [chart(plan, "model_summary"), network.layers(plan)],
        "scores": [chart(plan, "scoreboard"), *scored(plan).values()],
        "class_distribution": [chart(plan, "class_distribution"), pictures.class_counts(plan)],
    }
    there = {name: [one for one in results if one] for name, results in charted.items()}
    found |= {name: results for name, results in there.items() if results}
    if "filters" in found:
        found["filters"].append(network.layers(plan))
    if "activations" in run.answerable:
        found["activations"] = [drawings.activations(plan)]
    return found


def everything(plan: Plan) -> list[Result]:
    """What a run makes where no target is named."""
    asked = questions(plan)
    results = [result for name in plan.run.settings["questions"] for result in asked[name]]
    curves = chart(plan, "training_curves")
    return [
        *results,
        *([drawings.samples(plan)] if plan.run.sets else []),
        *([curves] if curves else []),
        *asked.get("class_distribution", ()),
        *asked["model_summary"],
        pictures.manifest(plan),
    ]


def published(plan: Plan, results: Sequence[Result]) -> list[Publication]:
    """The publications of `results` and of all that they are made from."""
    known = publications(plan)
    return [known[result] for result in closure(results) if result in known]


class _Row(NamedTuple):
    """A result, the name of its log, and its published files and their captions by output."""

    result: Result
    log: str
    files: dict[str, str]
    captions: Mapping[str, Caption] = MappingProxyType({})
    text: str = ""


def _arrays(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    if run.dataset is None:
        yield _Row(pictures.demo(plan), "demo", {"dataset": "dataset"})
    for split in run.counts:
        files = {"images": f"data/{split}.npy", "table": f"data/{split}.csv"}
        yield _Row(pictures.decoded(plan, split), f"decode_{split}", files)
        files = {"logits": f"predictions/{split}.npy", "facts": f"predictions/{split}.json"}
        yield _Row(network.predictions(plan, split), f"predictions_{split}", files)
    yield _Row(pictures.manifest(plan), "manifest", {"table": "manifest.csv"})
    if run.labelled:
        files = {"table": "class_distribution.csv"}
        yield _Row(pictures.class_counts(plan), "class_counts", files)
    for name in run.plannable_sets:
        files = _files(f"image_sets/{name}", images=".npy", table=".json", index=".csv")
        yield _Row(image_set(plan, name), f"image_set_{name}", files)
    yield from _model(plan)
    for method in run.methods:
        if method in run.answerable:
            files = _triple("attributions", method) | {"index": f"attributions/{method}.csv"}
            yield _Row(answers.attribution(plan, method), method, files)
            if own := own_scores(plan, method):
                files = _files(f"attributions/{method}_scores", table=".csv", facts=".json")
                yield _Row(own, f"{method}_scores", files)
    for question in run.comparable:
        named = zip(columns(run, question), compared(plan, question), strict=True)
        for column, result in named:
            label = f"{question}_{column.name}"
            files = _triple("comparisons", label) | {"index": f"comparisons/{label}.csv"}
            yield _Row(result, label, files)
    if "sanity" in run.answerable:
        for method in run.side_by_side("sanity"):
            files = _triple("sanity", method)
            yield _Row(answers.cascade(plan, method), f"sanity_{method}", files)
    if "filters" in run.answerable:
        for layer in run.filter_layers:
            files = _triple("filters", layer)
            yield _Row(answers.filters(plan, layer), f"filters_{layer}", files)
    if "activations" in run.answerable:
        yield _Row(answers.activations(plan), "activations", {"arrays": "activations"})
    for layer in run.top_layers:
        files = _triple("top_images", layer)
        yield _Row(answers.top_images(plan, layer), f"top_images_{layer}", files)
    files = _files("class_pictures", array=".npy", details=".npz", facts=".json")
    yield _Row(answers.class_pictures(plan), "class_pictures", files)
    if dreams := answers.deep_dream(plan):
        files = _files("deep_dream", array=".npy", details=".npz", facts=".json")
        yield _Row(dreams, "deep_dream", files)
    if run.labelled:
        files = _files(
            "scores/", counts="confusion.npy", table="confusion.csv", mixups="mixups.csv"
        )
        yield _Row(answers.confusion(plan), "confusion", files)
        files = {"table": "scores/class_scores.csv"}
        yield _Row(answers.class_scores(plan), "class_scores", files)
    for metric in run.scorable:
        files = _files(f"scores/{metric}", table=".csv", facts=".json")
        yield _Row(metric_scores(plan, metric), metric, files)
    if board := scoreboard(plan):
        yield _Row(board, "scoreboard", {"table": "scoreboard.csv"})
        for method, result in scored(plan).items():
            files = _files(f"scores/{method}", table=".csv", facts=".json")
            yield _Row(result, f"scores_{method}", files)
    if held := interventions(plan):
        files = _files("scores/interventions", table=".csv", pictures="_pictures.csv")
        files |= _triple("scores", "interventions")
        yield _Row(held, "interventions", files)
    if clusters := shortcuts.shortcuts(plan):
        files = _files("scores/shortcuts", table=".csv", clusters="_clusters.csv")
        yield _Row(clusters, "shortcuts", files | _triple("scores", "shortcuts"))
    if moved := shortcuts.moved_marks(plan):
        yield _Row(moved, "moved_marks", {"table": "scores/moved_marks.csv"})


def _model(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    yield _Row(network.layers(plan), "layers", {"table": "model/layers.csv"})
    weights = {"weights": "model/weights.safetensors"}
    if run.downloads:
        yield _Row(network.downloaded(plan), "download", {"checkpoint": "model/downloaded"})
    if run.trains:
        files = weights | {"history": "model/history.csv", "events": "tensorboard"}
        yield _Row(network.trained(plan), "train", files)
        return
    yield _Row(network.converted(plan), "convert", weights)
    if run.settings["model"]["history"]:
        yield _Row(network.given_history(plan), "history", {"table": "model/history.csv"})


def _figures(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    if run.sets:
        caption = Caption("samples", "Data", {"figure": "images asked about"})
        files = {"figure": f"samples.{run.format}"}
        yield _Row(drawings.samples(plan), "figure_samples", files, {"figure": caption})
    of_charts = [(of_run(plan, name), chart(plan, name)) for name in _drawable(plan)]
    for subject, result in (*of_charts, *_about(plan)):
        title, text = described(plan, subject)
        category = run.charts[subject.chart].category
        shown = {"figure": Caption("chart", category, {"figure": title})}
        files = {"figure": f"{subject.name}.{run.format}"}
        yield _Row(result, f"figure_{subject.name}", files, shown, text)
    if "activations" in run.answerable:
        pattern = (f"{{layer}}.{run.format}",)
        strips = {"figure": "all, in a strip each"}
        overview = Caption("activations_overview", "Activations", strips)
        layers = Caption("activations", "Activations", {"figure": "{layer}"}, pattern)
        files = {"layers": "activations", "overview": f"activations.{run.format}"}
        captions = {"layers": layers, "overview": overview}
        yield _Row(drawings.activations(plan), "figure_activations", files, captions)


def _drawable(plan: Plan) -> list[str]:
    """The charts about the run whose results it has."""
    about_run = [name for name, one in plan.run.charts.items() if one.about == "run"]
    return [name for name in about_run if chart(plan, name)]


def _about(plan: Plan) -> Iterator[tuple[Subject, Result]]:
    """The methods, metrics and layers whose results this run has, and the chart of each."""
    for subject in subjects(plan):
        result = chart_about(plan, subject)
        if result:
            yield subject, result


def _triple(folder: str, name: str) -> dict[str, str]:
    return _files(f"{folder}/{name}", array=".npy", details=".npz", facts=".json")


def _files(path: str, **endings: str) -> dict[str, str]:
    return {output: f"{path}{ending}" for output, ending in endings.items()}
