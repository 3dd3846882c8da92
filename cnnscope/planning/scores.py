"""How good the attributions are: metrics on methods, in the shards of the methods."""

from collections.abc import Mapping, Sequence
from functools import cache

from cnnscope.planning.answers import attribution_shards, method_told
from cnnscope.planning.masks import masks
from cnnscope.planning.network import looking
from cnnscope.planning.pictures import examples
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import image_set


@cache
def metric_scores(plan: Plan, metric: str) -> Result:
    """The scores of a metric: a row an image and method, and the mean of each method."""
    run = plan.run
    methods = run.scored_methods(metric)
    asked = [(method, run.settings[method]["images"], run.settings[method]) for method in methods]
    declared = run.metrics[metric]
    return plan.result(
        "metric_scores",
        metric,
        parameters={
            "metric": metric,
            "methods": methods,
            "seed": run.settings["seed"],
            "units": declared.units,
            "better": declared.better,
            "shards": [_shard_counts(plan, *one) for one in asked],
        },
        inputs={
            "scores": [part["scores"] for one in asked for part in _scored(plan, metric, *one)],
            "indices": [index for _, names, _ in asked for index in _indices(plan, names)],
            "parts": [part["index"] for one in asked for part in _explained(plan, *one)],
        },
    )


def method_scores(
    plan: Plan,
    label: str,
    method: str,
    names: Sequence[str],
    settings: Mapping,
    metrics: Sequence[str],
    seed: int | None = None,
) -> Result:
    """The scores of a method's maps by some metrics: a row an image, in the order of its sets.

    Args:
        names: the image sets.
        settings: the method's target and options.
        seed: of the method, instead of that of the run.
    """
    asked = (method, names, settings, seed)
    return plan.result(
        "method_scores",
        label,
        parameters={
            "method": plan.run.methods[method].title,
            "metrics": {name: plan.run.metrics[name].described() for name in metrics},
            "shards": _shard_counts(plan, *asked),
        },
        inputs={
            "scores": [
                part["scores"] for metric in metrics for part in _scored(plan, metric, *asked)
            ],
            "indices": _indices(plan, names),
            "parts": [part["index"] for part in _explained(plan, *asked)],
        },
    )


def own_scores(plan: Plan, method: str) -> Result | None:
    """The scores that stand below the maps of a method's own figure; None where none are wanted."""
    settings = plan.run.settings[method]
    metrics = plan.run.shown_metrics
    if not metrics:
        return None
    return method_scores(plan, method, method, settings["images"], settings, metrics)


def _scored(
    plan: Plan,
    metric: str,
    method: str,
    names: Sequence[str],
    settings: Mapping,
    seed: int | None = None,
) -> list[Result]:
    """The scores of a method by a metric, a result a shard."""
    return [
        _shard_scores(plan, metric, method, settings, part)
        for part in _explained(plan, method, names, settings, seed)
    ]


def _shard_scores(plan: Plan, metric: str, method: str, settings: Mapping, part: Result) -> Result:
    declared = plan.run.metrics[metric]
    options = {name: plan.run.settings[metric][name] for name in declared.options}
    told = {"metric": metric, "options": options}
    # Which rows of the images a shard has, where they are not all of them.
    told |= {"rows": part.parameters["rows"]} if "rows" in part.parameters else {}
    inputs = {"images": part.inputs["images"]}
    inputs |= {output: part[output] for output in ("array", "details", "facts")}
    if "masks" in declared.needs:
        inputs["masks"] = masks(plan, part.inputs["table"])["masks"]
    modules = [f"cnnscope/evaluation/{metric}.py"]
    if not declared.network:
        seed = {"seed": plan.run.settings["seed"]}
        return plan.result(
            "score", f"{metric}.{part.label}", parameters=told | seed, inputs=inputs,
            modules=modules,
        )  # fmt: skip
    more_told, more_inputs, more_modules = _needed(plan, metric, method, settings)
    return looking(
        plan, "score", f"{metric}.{part.label}", told | more_told, inputs | more_inputs,
        modules=[*modules, *more_modules],
    )  # fmt: skip


def _needed(
    plan: Plan, metric: str, method: str, settings: Mapping
) -> tuple[dict, dict[str, Ref], list[str]]:
    """What a metric that runs the method is told beside the maps: parameters, inputs, code."""
    needs = plan.run.metrics[metric].needs
    told, inputs, modules = {}, {}, []
    if "method" in needs:
        told, inputs = method_told(plan, method, settings)
        modules = [f"cnnscope/attribution/{method}.py"]
    if "examples" in needs:
        pool = examples(plan)
        inputs |= {"examples": pool["images"], "examples_table": pool["table"]}
    return told, inputs, modules


def _explained(
    plan: Plan, method: str, names: Sequence[str], settings: Mapping, seed: int | None = None
) -> list[Result]:
    """The attributions of all shards of some sets, set by set."""
    of_sets = [attribution_shards(plan, method, name, settings, seed) for name in names]
    return [part for parts in of_sets for part in parts]


def _shard_counts(
    plan: Plan, method: str, names: Sequence[str], settings: Mapping, seed: int | None = None
) -> list[list]:
    """How many shards each set has."""
    return [[name, len(attribution_shards(plan, method, name, settings, seed))] for name in names]


def _indices(plan: Plan, names: Sequence[str]) -> list[Ref]:
    return [image_set(plan, name)["index"] for name in names]
