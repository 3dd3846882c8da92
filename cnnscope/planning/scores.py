"""How good the attributions are: a metric on each method, in the shards of the method."""

from functools import cache

from cnnscope.planning.answers import attribution, attribution_shards
from cnnscope.planning.network import looking
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result


@cache
def scores(plan: Plan, metric: str) -> Result:
    """The scores of a metric: a row an image and method, and the mean of each method."""
    run = plan.run
    methods = run.scored_methods(metric)
    declared = run.metrics[metric]
    return plan.result(
        "scores",
        metric,
        parameters={
            "metric": metric,
            "methods": methods,
            "seed": run.settings["seed"],
            "units": declared.units,
            "better": declared.better,
            "shards": [
                [
                    [name, len(attribution_shards(plan, method, name))]
                    for name in _sets(plan, method)
                ]
                for method in methods
            ],
        },
        inputs={
            "scores": [
                part["scores"] for method in methods for part in _shards(plan, metric, method)
            ],
            "indices": [attribution(plan, method)["index"] for method in methods],
            "parts": [
                part["index"]
                for method in methods
                for name in _sets(plan, method)
                for part in attribution_shards(plan, method, name)
            ],
        },
    )


@cache
def _shards(plan: Plan, metric: str, method: str) -> list[Result]:
    arguments = {
        name: value for name, value in plan.run.settings[metric].items() if name != "methods"
    }
    return [
        looking(
            plan,
            "score",
            f"{metric}.{part.label}",
            {"metric": metric, "arguments": arguments} | _rows(part),
            {"images": part.inputs["images"]}
            | {output: part[output] for output in ("array", "details", "facts")},
            modules=(f"cnnscope/evaluation/{metric}.py",),
        )
        for name in _sets(plan, method)
        for part in attribution_shards(plan, method, name)
    ]


def _rows(part: Result) -> dict:
    """Which rows of the images a shard has, where they are not all of them."""
    return {"rows": part.parameters["rows"]} if "rows" in part.parameters else {}


def _sets(plan: Plan, method: str) -> list[str]:
    return plan.run.settings[method]["images"]
