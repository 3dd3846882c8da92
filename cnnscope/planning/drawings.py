"""The figures: what each is drawn from, and with which settings."""

from functools import cache

from cnnscope.planning import answers, pictures
from cnnscope.planning import scores as scored
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import image_set, set_images, set_tables


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


def attributed(plan: Plan, method: str) -> dict:
    """What the figure of a method reads: the attributions and the images below them."""
    return _triple(answers.attribution(plan, method)) | _asked(plan, method)


@cache
def figure_of(plan: Plan, method: str) -> Result:
    """The figure of an attribution method: its own, or the one for every method."""
    own = {"saliency": saliency, "lime": lime, "shap": shap}
    return own[method](plan) if method in own else maps(plan, method)


def saliency(plan: Plan) -> Result:
    return plan.result(
        "figure_saliency",
        "saliency",
        parameters=named(plan, "saliency") | shown(plan),
        inputs=attributed(plan, "saliency"),
        context=_sets(plan, "saliency"),
    )


def maps(plan: Plan, method: str) -> Result:
    declared = plan.run.methods[method]
    colours = "shap" if declared.signed else "saliency"
    declaration = {key: getattr(declared, key) for key in ("title", "signed", "paper")}
    return plan.result(
        "figure_maps",
        method,
        parameters=named(plan)
        | shown(plan)
        | declaration
        | {
            "method": method,
            "colours": plan.run.settings["figures"]["colormaps"][colours],
            "target": plan.run.settings[method]["target"],
        },
        inputs=attributed(plan, method),
        context=_sets(plan, method),
    )


def lime(plan: Plan) -> Result:
    return plan.result(
        "figure_lime",
        "lime",
        parameters=named(plan, "confusion") | shown(plan) | {"split": plan.run.scored_name},
        inputs=attributed(plan, "lime") | _counts(plan),
        context=_sets(plan, "lime"),
    )


def shap(plan: Plan) -> Result:
    return plan.result(
        "figure_shap",
        "shap",
        parameters=named(plan, "shap") | shown(plan),
        inputs=attributed(plan, "shap"),
        context=_sets(plan, "shap"),
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
    sets = [image_set(plan, name) for name in plan.run.sets]
    return plan.result(
        "figure_samples",
        "sets",
        parameters=named(plan) | shown(plan) | {"sets": plan.run.sets},
        inputs={
            "images": [one["images"] for one in sets],
            "tables": [one["table"] for one in sets],
        },
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
    return {"images": set_images(plan, question), "tables": set_tables(plan, question)}


def _sets(plan: Plan, question: str) -> dict:
    """The names of the image sets, for messages."""
    return {"sets": plan.run.settings[question]["images"]}


def _counts(plan: Plan) -> dict[str, Ref]:
    scored = answers.confusion(plan)
    return {name: scored[name] for name in ("counts", "mixups")}
