"""What figures are about: a method, a metric or a layer, with its results and settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from cnnscope.attribution.method import Method
from cnnscope.planning import answers, comparisons, pictures
from cnnscope.planning import scores as scored
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result

# What figures call them.
_SIMILARITIES = {"spearman": "rank correlation", "ssim": "structural similarity"}


@dataclass(frozen=True, eq=False)
class Subject:
    """One thing that a figure is about.

    Attributes:
        kind: what `Chart.about` calls it.
        chart: the file in cnnscope/figures that draws it.
        label: it among those of its kind.
        name: of the published figure, without its ending.
        results: what a chart about it may read beside the results of the run.
        offered: what it may use beside the settings of the run.
        sets: the image sets that are asked about.
    """

    kind: str
    chart: str
    label: str
    name: str
    results: Mapping[str, Result | Ref | Sequence[Ref] | None] = field(default_factory=dict)
    offered: Mapping = field(default_factory=dict)
    sets: tuple[str, ...] = ()


@cache
def of_run(plan: Plan, chart: str) -> Subject:
    """The run itself, as one of its charts is about it, with the images of that chart's section."""
    section = plan.run.settings.get(chart)
    asked = section.get("images", ()) if isinstance(section, Mapping) else ()
    return Subject("run", chart, chart, chart, sets=tuple(asked))


def colours_setting(declared: Method) -> str:
    """The key of `figures.colormaps` that the maps of a method are drawn by."""
    return "shap" if declared.signed else "saliency"


@cache
def of_method(plan: Plan, method: str) -> Subject:
    """An attribution method."""
    declared, options = plan.run.methods[method], plan.run.settings[method]
    colours = colours_setting(declared)
    return Subject(
        "method",
        declared.figure,
        method,
        method,
        {
            "attribution": answers.attribution(plan, method),
            "own_scores": scored.own_scores(plan, method),
        },
        {
            "method": method,
            "title": declared.title,
            "paper": declared.paper,
            "signed": declared.signed,
            "relative": declared.relative,
            "options": options,
            "colours_setting": f"figures.colormaps.{colours}",
            "colours": plan.run.settings["figures"]["colormaps"][colours],
            "scale": _scale(declared),
        },
        tuple(options["images"]),
    )


@cache
def of_comparison(plan: Plan, question: str) -> Subject:
    """Attributions of the same images, side by side."""
    run = plan.run
    asked, results = comparisons.columns(run, question), comparisons.compared(plan, question)
    section = run.settings[question]
    own = comparisons.compared_scores(plan, question)
    what = (
        "The attribution methods side by side"
        if question == "compare"
        else f"{run.methods[section['method']].title}: {section['option']} varied"
    )
    return Subject(
        "comparison",
        "compare",
        question,
        question,
        {
            "arrays": [one["array"] for one in results],
            "facts": [one["facts"] for one in results],
            "details": [one["details"] for one in results],
            "scores": [one["table"] for one in own] or None,
            "score_facts": [one["facts"] for one in own] or None,
        },
        {
            "question": question,
            "title": what,
            "headings": [one.heading for one in asked],
        }
        | _side_by_side(plan, [one.method for one in asked]),
        tuple(section["images"]),
    )


@cache
def of_sanity(plan: Plan) -> Subject:
    """The maps of several methods for one image, as the layers of the network become random."""
    methods = plan.run.side_by_side("sanity")
    results = [answers.cascade(plan, method) for method in methods]
    section = plan.run.settings["parameter_randomisation"]
    return Subject(
        "sanity",
        "sanity",
        "sanity",
        "sanity",
        {
            "cascades": [one["array"] for one in results],
            "cascade_details": [one["details"] for one in results],
            "cascade_facts": [one["facts"] for one in results],
        },
        {
            "headings": [plan.run.methods[method].title for method in methods],
            "similarity": _SIMILARITIES[section["similarity"]],
            "baseline": section["baseline"],
        }
        | _side_by_side(plan, methods),
    )


def _side_by_side(plan: Plan, methods: Sequence[str]) -> dict:
    """What a chart of several methods may use: a value each, and what they share."""
    declared = [plan.run.methods[method] for method in methods]
    colours = plan.run.settings["figures"]["colormaps"]
    papers = dict.fromkeys(f"{one.title}: {one.paper}." for one in declared)
    return {
        "signed": [one.signed for one in declared],
        "relative": [one.relative for one in declared],
        "signed_colours": colours["shap"],
        "unsigned_colours": colours["saliency"],
        "papers": "\n\n".join(papers),
    }


@cache
def of_metric(plan: Plan, metric: str) -> Subject:
    """A metric of attributions."""
    declared = plan.run.metrics[metric]
    words = {name: getattr(declared, name) for name in ("title", "summary", "paper", "better")}
    found = {"scores": scored.metric_scores(plan, metric)}
    return Subject("metric", "scores", metric, metric, found, {"metric": metric} | words)


@cache
def of_filters(plan: Plan, layer: str) -> Subject:
    """The filters of a layer; the chart is the one that shows what was asked of them."""
    asked = plan.run.filter_layers[layer]
    if asked["start"] == "image":
        chart = "altered_images"
    else:
        chart = "filter_grid" if asked["filters"] == "all" else "filters"
    return Subject(
        "filters",
        chart,
        layer,
        f"filters_{layer}",
        {"filters": answers.filters(plan, layer)},
        _words(layer, asked),
        tuple(plan.run.settings["filters"]["images"]),
    )


@cache
def of_top_images(plan: Plan, layer: str) -> Subject:
    """The filters of a layer, for which the strongest images of a split are searched."""
    split = plan.run.settings["top_images"]["split"]
    return Subject(
        "top_images",
        "top_images",
        layer,
        f"top_images_{layer}",
        {
            "top_images": answers.top_images(plan, layer),
            "split_images": pictures.decoded(plan, split)["images"],
        },
        _words(layer, plan.run.top_layers[layer]) | {"searched": split},
    )


def _scale(method: Method) -> str:
    if method.signed:
        return "with 0 in the middle and the same scale to both sides of it"
    return "from the least value of the map" if method.relative else "from 0"


def _words(name: str, asked: Mapping) -> dict[str, str]:
    """What the report calls a layer; where the job chooses it, its figure alone has its name."""
    if isinstance(asked["layer"], str):
        return {"layer": name, "the_layer": f"layer ``{name}``"}
    chosen = f"{name} convolution"
    return {"layer": chosen, "the_layer": f"the {chosen}, whose name heads the figure"}
