"""The figures: what each is drawn from, and with which settings."""

from collections.abc import Mapping
from functools import cache

from cnnscope.planning import answers, pictures
from cnnscope.planning import scores as scored
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import set_files


def style(plan: Plan, *colormaps: str) -> dict:
    """Format, dots an inch and the colour maps of a figure: it follows no change of other ones."""
    figures = plan.run.settings["figures"]
    chosen = {name: figures["colormaps"][name] for name in colormaps}
    return {key: figures[key] for key in ("format", "dpi")} | chosen


def named(plan: Plan, *colormaps: str) -> dict:
    """The same for a figure that names classes."""
    return style(plan, *colormaps) | {"names": plan.run.classes}


def shown(plan: Plan) -> dict:
    """How many images a figure shows at most: only figures of images follow a change of it."""
    return {"images": plan.run.settings["figures"]["images"]}


@cache
def figure_of(plan: Plan, method: str) -> Result:
    """The figure of an attribution method: its own, or the one for every method."""
    own = {"saliency": _saliency, "lime": _lime, "shap": _shap}
    return own.get(plan.run.methods[method].figure, _maps)(plan, method)


def _saliency(plan: Plan, method: str) -> Result:
    return _attributed(plan, "figure_saliency", method, named(plan, "saliency"))


def _lime(plan: Plan, method: str) -> Result:
    parameters = named(plan, "confusion") | {"split": plan.run.scored_name}
    scored = answers.confusion(plan)
    counts = {name: scored[name] for name in ("counts", "mixups")}
    return _attributed(plan, "figure_lime", method, parameters, counts)


def _shap(plan: Plan, method: str) -> Result:
    return _attributed(plan, "figure_shap", method, named(plan, "shap"))


def _maps(plan: Plan, method: str) -> Result:
    declared = plan.run.methods[method]
    colours = "shap" if declared.signed else "saliency"
    parameters = {
        "method": method,
        "colours": plan.run.settings["figures"]["colormaps"][colours],
        "target": plan.run.settings[method]["target"],
    }
    declaration = {key: getattr(declared, key) for key in ("title", "signed", "paper")}
    return _attributed(plan, "figure_maps", method, named(plan) | declaration | parameters)


def _attributed(
    plan: Plan,
    rule: str,
    method: str,
    parameters: Mapping,
    inputs: Mapping[str, Ref] | None = None,
) -> Result:
    """A figure of attributions, over the images that they are of."""
    return plan.result(
        rule,
        method,
        parameters=parameters | shown(plan),
        inputs=_triple(answers.attribution(plan, method)) | _asked(plan, method) | (inputs or {}),
        context=_sets(plan, method),
    )


@cache
def filters(plan: Plan, layer: str) -> Result:
    section = plan.run.filter_layers[layer]
    every = section["filters"] == "all"
    # A grid of all filters, whose pictures began as noise, shows no image.
    images = {} if every and section["start"] == "noise" else shown(plan)
    return plan.result(
        "figure_filters",
        layer,
        parameters=style(plan, "activations")
        | images
        | {"layer": layer, "filters": "all" if every else "chosen"},
        inputs=_triple(answers.filters(plan, layer)) | _asked(plan, "filters"),
        context=_sets(plan, "filters"),
    )


@cache
def activations(plan: Plan) -> Result:
    return plan.result(
        "figure_activations",
        "layers",
        parameters=style(plan, "activations")
        | shown(plan)
        | {"scale": plan.run.settings["activations"]["scale"]},
        inputs={"arrays": answers.activations(plan)["arrays"]} | _asked(plan, "activations"),
        context=_sets(plan, "activations"),
    )


@cache
def top_images(plan: Plan, layer: str) -> Result:
    split = plan.run.settings["top_images"]["split"]
    return plan.result(
        "figure_top_images",
        layer,
        parameters=named(plan, "activations") | {"layer": layer},
        inputs=_triple(answers.top_images(plan, layer))
        | {"images": pictures.decoded(plan, split)["images"]},
    )


@cache
def samples(plan: Plan) -> Result:
    return plan.result(
        "figure_samples",
        "sets",
        parameters=named(plan) | shown(plan) | {"sets": plan.run.sets},
        inputs=set_files(plan, plan.run.sets),
    )


@cache
def scores(plan: Plan, metric: str) -> Result:
    declared = plan.run.metrics[metric]
    described = {name: getattr(declared, name) for name in ("title", "summary", "paper", "better")}
    found = scored.scores(plan, metric)
    return plan.result(
        "figure_scores",
        metric,
        parameters=style(plan) | described | {"metric": metric},
        inputs={"table": found["table"], "facts": found["facts"]},
    )


def _triple(result: Result) -> dict[str, Ref]:
    return {name: result[name] for name in ("array", "details", "facts")}


def _asked(plan: Plan, question: str) -> dict[str, list[Ref]]:
    return set_files(plan, plan.run.settings[question]["images"])


def _sets(plan: Plan, question: str) -> dict:
    """The names of the image sets, for messages."""
    return {"sets": plan.run.settings[question]["images"]}
