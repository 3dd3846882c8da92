"""The names that people see: which stored file is published where below results/<run>/."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from cnnscope.planning import answers, drawings, network, pictures
from cnnscope.planning.charts import caption_of, chart
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import OUTPUTS, Result, closure
from cnnscope.planning.scores import scores
from cnnscope.planning.sets import image_set


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
            caption_of(plan, result.label) if result.rule == "figure_chart" else "",
        )
        for result, log, files, captions in (*_arrays(plan), *_figures(plan))
    }


@cache
def questions(plan: Plan) -> dict[str, list[Result]]:
    """The results that answer each question, and each other target that has a name."""
    run = plan.run
    methods = [method for method in run.methods if method in run.answerable]
    found = {
        "filters": [drawings.filters(plan, layer) for layer in run.filter_layers]
        + [network.layers(plan)]
        if "filters" in run.answerable
        else None,
        "activations": [drawings.activations(plan)] if "activations" in run.answerable else None,
        "top_images": [drawings.top_images(plan, layer) for layer in run.top_layers],
        # A rule of that name makes the table.
        **{name: [chart(plan, name)] for name in _drawable(plan) if name not in OUTPUTS},
        "confusion": [
            chart(plan, name) for name in ("confusion_matrix", "class_scores", "class_support")
        ],
        "model_summary": [chart(plan, "model_summary"), network.layers(plan)],
        "class_distribution": [chart(plan, "class_distribution"), pictures.class_counts(plan)],
        **{method: [drawings.figure_of(plan, method)] for method in methods},
        **{metric: [drawings.scores(plan, metric)] for metric in run.scorable},
    }
    return {name: results for name, results in found.items() if results is not None}


def everything(plan: Plan) -> list[Result]:
    """What a run makes where no target is named."""
    asked = questions(plan)
    results = [result for name in plan.run.settings["questions"] for result in asked[name]]
    curves = chart(plan, "training_curves")
    return [
        *results,
        *([drawings.samples(plan)] if plan.run.sets else []),
        *([curves] if curves else []),
        *asked["class_distribution"],
        *asked["model_summary"],
        pictures.manifest(plan),
    ]


def published(plan: Plan, results: Sequence[Result]) -> list[Publication]:
    """The publications of `results` and of all that they are made from."""
    known = publications(plan)
    return [known[result] for result in closure(results) if result in known]


_Row = tuple[Result, str, dict[str, str], dict[str, Caption]]


def _arrays(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    if run.dataset is None:
        yield pictures.demo(plan), "demo", {"dataset": "dataset"}, {}
    for split in run.counts:
        files = {"images": f"data/{split}.npy", "table": f"data/{split}.csv"}
        yield pictures.decoded(plan, split), f"decode_{split}", files, {}
        files = {"logits": f"predictions/{split}.npy", "facts": f"predictions/{split}.json"}
        yield network.predictions(plan, split), f"predictions_{split}", files, {}
    yield pictures.manifest(plan), "manifest", {"table": "manifest.csv"}, {}
    yield pictures.class_counts(plan), "class_counts", {"table": "class_distribution.csv"}, {}
    for name in run.plannable_sets:
        files = _files(f"image_sets/{name}", images=".npy", table=".json", index=".csv")
        yield image_set(plan, name), f"image_set_{name}", files, {}
    yield from _model(plan)
    for method in run.methods:
        if method in run.answerable:
            files = _triple("attributions", method) | {"index": f"attributions/{method}.csv"}
            yield answers.attribution(plan, method), method, files, {}
    if "filters" in run.answerable:
        for layer in run.filter_layers:
            files = _triple("filters", layer)
            yield answers.filters(plan, layer), f"filters_{layer}", files, {}
    if "activations" in run.answerable:
        yield answers.activations(plan), "activations", {"arrays": "activations"}, {}
    for layer in run.top_layers:
        files = _triple("top_images", layer)
        yield answers.top_images(plan, layer), f"top_images_{layer}", files, {}
    files = {
        "counts": "scores/confusion.npy",
        "table": "scores/confusion.csv",
        "mixups": "scores/mixups.csv",
    }
    yield answers.confusion(plan), "confusion", files, {}
    yield answers.class_scores(plan), "class_scores", {"table": "scores/class_scores.csv"}, {}
    for metric in run.scorable:
        files = _files(f"scores/{metric}", table=".csv", facts=".json")
        yield scores(plan, metric), metric, files, {}


def _model(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    yield network.layers(plan), "layers", {"table": "model/layers.csv"}, {}
    weights = {"weights": "model/weights.safetensors"}
    if not run.checkpoint:
        files = weights | {"history": "model/history.csv", "events": "tensorboard"}
        yield network.trained(plan), "train", files, {}
        return
    if run.downloads:
        yield network.downloaded(plan), "download", {"checkpoint": "model/downloaded"}, {}
    yield network.converted(plan), "convert", weights, {}
    if run.settings["model"]["history"]:
        yield network.given_history(plan), "history", {"table": "model/history.csv"}, {}


def _figures(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    if run.sets:
        caption = Caption("samples", "Data", {"figure": "images asked about"})
        yield _drawn(plan, drawings.samples(plan), "samples", caption)
    for name in _drawable(plan):
        declared = run.charts[name]
        shown = Caption("chart", declared.category, {"figure": declared.title})
        yield _drawn(plan, chart(plan, name), name, shown)
    yield from _answers(plan)


def _answers(plan: Plan) -> Iterator[_Row]:
    run = plan.run
    own = {
        "saliency": Caption("saliency", "Saliency", {"figure": "saliency maps"}),
        "lime": Caption("lime", "LIME", {"figure": "superpixels for and against"}),
        "shap": Caption("shap", "SHAP", {"figure": "SHAP values"}),
    }
    for method in run.methods:
        if method in run.answerable:
            caption = own.get(
                run.methods[method].figure, Caption("maps", "Attribution", {"figure": method})
            )
            yield _drawn(plan, drawings.figure_of(plan, method), method, caption)
    for metric in run.scorable:
        caption = Caption("scores", "Scores", {"figure": metric})
        yield _drawn(plan, drawings.scores(plan, metric), metric, caption)
    if "filters" in run.answerable:
        for layer in run.filter_layers:
            caption = Caption("filters", "Filters", {"layer": layer})
            yield _drawn(plan, drawings.filters(plan, layer), f"filters_{layer}", caption)
    if "activations" in run.answerable:
        pattern = (f"{{layer}}.{run.format}",)
        shown = {
            "layers": Caption("activations", "Activations", {"layer": "{layer}"}, pattern),
            "overview": Caption(
                "activations_overview", "Activations", {"layer": "all, in a strip each"}
            ),
        }
        files = {"layers": "activations", "overview": f"activations.{run.format}"}
        yield drawings.activations(plan), "figure_activations", files, shown
    for layer in run.top_layers:
        caption = Caption("top_images", "Top images", {"layer": layer})
        yield _drawn(plan, drawings.top_images(plan, layer), f"top_images_{layer}", caption)


def _drawable(plan: Plan) -> list[str]:
    """The charts whose results this run has."""
    return [name for name in plan.run.charts if chart(plan, name)]


def _drawn(plan: Plan, result: Result, name: str, caption: Caption) -> _Row:
    figure = {"figure": f"{name}.{plan.run.format}"}
    return result, f"figure_{name}", figure, {"figure": caption}


def _triple(folder: str, name: str) -> dict[str, str]:
    return _files(f"{folder}/{name}", array=".npy", details=".npz", facts=".json")


def _files(path: str, **endings: str) -> dict[str, str]:
    return {output: f"{path}{ending}" for output, ending in endings.items()}
