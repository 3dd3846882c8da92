"""How good the attributions are: metrics on methods, in the shards of the methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cnnscope.planning.answers import attribution_shards, method_told
from cnnscope.planning.masks import masks
from cnnscope.planning.network import looking
from cnnscope.planning.pictures import examples
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import image_set

# The control whose scores stand beside those of every method.
_NOISE = "random"
# There are many scores, and each is done sooner beside another one than with its threads.
_ALONE = {"threads": 1}


@dataclass(frozen=True)
class _Maps:
    """The maps of a method that are scored.

    Attributes:
        names: the image sets.
        settings: the method's target and options.
        seed: of the method, instead of that of the run.
        of_sets: the shards of each image set.
    """

    method: str
    names: Sequence[str]
    settings: Mapping
    seed: int | None
    of_sets: Sequence[Sequence[Result]]

    @property
    def shards(self) -> list[Result]:
        """The shards of all image sets, set by set."""
        return [part for parts in self.of_sets for part in parts]

    @property
    def counts(self) -> list[list]:
        """The name of each image set, and how many shards it has."""
        return [[name, len(parts)] for name, parts in zip(self.names, self.of_sets, strict=True)]


@cache
def metric_scores(plan: Plan, metric: str) -> Result:
    """The scores of a metric: a row an image and method, and the mean of each method."""
    run = plan.run
    methods = run.scored_methods(metric)
    scored = [
        _maps(plan, method, run.settings[method]["images"], run.settings[method])
        for method in methods
    ]
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
            "shards": [maps.counts for maps in scored],
        },
        inputs={
            "scores": [score for maps in scored for score in _scores(plan, metric, maps)],
            "indices": [index for maps in scored for index in _indices(plan, maps)],
            "parts": [part["index"] for maps in scored for part in maps.shards],
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
    run = plan.run
    maps = _maps(plan, method, names, settings, seed)
    # What runs the method anew has nothing to say of noise.
    of_noise = [name for name in metrics if "method" not in run.metrics[name].needs]
    return plan.result(
        "method_scores",
        label,
        parameters={
            "method": run.methods[method].title,
            "metrics": {name: run.metrics[name].described() for name in metrics},
            "noise": of_noise,
            "shards": maps.counts,
        },
        inputs={
            "scores": [score for metric in metrics for score in _scores(plan, metric, maps)],
            "noise": [
                score
                for metric in of_noise
                for score in _of_noise(plan, metric, tuple(names), settings["target"])
            ],
            "indices": _indices(plan, maps),
            "parts": [part["index"] for part in maps.shards],
        },
    )


@cache
def own_scores(plan: Plan, method: str) -> Result | None:
    """The scores that stand below the maps of a method's own figure; None where none are wanted."""
    settings = plan.run.settings[method]
    metrics = plan.run.shown_metrics
    if not metrics:
        return None
    return method_scores(plan, method, method, settings["images"], settings, metrics)


@cache
def _of_noise(plan: Plan, metric: str, names: tuple[str, ...], target) -> list[Ref]:
    return _scores(plan, metric, _noise(plan, names, target))


@cache
def _noise(plan: Plan, names: tuple[str, ...], target) -> _Maps:
    return _maps(plan, _NOISE, names, plan.run.settings[_NOISE] | {"target": target})


def _maps(
    plan: Plan, method: str, names: Sequence[str], settings: Mapping, seed: int | None = None
) -> _Maps:
    of_sets = [attribution_shards(plan, method, name, settings, seed) for name in names]
    return _Maps(method, names, settings, seed, of_sets)


def _indices(plan: Plan, maps: _Maps) -> list[Ref]:
    """The index of each image set."""
    return [image_set(plan, name)["index"] for name in maps.names]


def _scores(plan: Plan, metric: str, maps: _Maps) -> list[Ref]:
    """The scores of each shard by a metric."""
    declared = plan.run.metrics[metric]
    options = {name: plan.run.settings[metric][name] for name in declared.options}
    told, needed, modules = _needed(plan, metric, maps)
    told |= {"metric": metric, "options": options}
    modules = [f"cnnscope/evaluation/{metric}.py", *modules]
    scores = []
    for part in maps.shards:
        # Which rows of the images a shard has, where they are not all of them.
        rows = {"rows": part.parameters["rows"]} if "rows" in part.parameters else {}
        inputs = {"images": part.inputs["images"]}
        inputs |= {output: part[output] for output in ("array", "details", "facts")}
        if "masks" in declared.needs:
            inputs["masks"] = masks(plan, part.inputs["table"])["masks"]
        label, inputs = f"{metric}.{part.label}", inputs | needed
        if declared.network:
            made = looking(
                plan, "score", label, told | rows, inputs, modules=modules, context=_ALONE
            )
        else:
            parameters = told | rows | {"seed": plan.run.settings["seed"]}
            made = plan.result(
                "score", label, parameters=parameters, inputs=inputs, modules=modules
            )
        scores.append(made["scores"])
    return scores


def _needed(plan: Plan, metric: str, maps: _Maps) -> tuple[dict, dict[str, Ref], list[str]]:
    """What a metric is told beside the maps and masks: parameters, inputs, code."""
    needs = plan.run.metrics[metric].needs
    told, inputs, modules = {}, {}, []
    if "method" in needs:
        told, inputs = method_told(plan, maps.method, maps.settings, maps.seed)
        modules = [f"cnnscope/attribution/{maps.method}.py"]
    if "examples" in needs:
        pool = examples(plan)
        inputs |= {"examples": pool["images"], "examples_table": pool["table"]}
    return told, inputs, modules
