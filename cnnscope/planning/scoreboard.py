"""The scoreboard: attribution methods and controls by metrics, on the same images and classes."""

from collections.abc import Sequence
from functools import cache

from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result
from cnnscope.planning.run import Run
from cnnscope.planning.scores import method_scores


def board_methods(run: Run) -> list[str]:
    """The attribution methods that are scored, then the controls that they are held against."""
    controls = run.settings["scores"]["controls"]
    if controls is None:
        controls = [name for name, method in run.methods.items() if method.control]
    return list(dict.fromkeys((*run.side_by_side("scores"), *controls)))


def board_metrics(run: Run) -> list[str]:
    """The metrics of the scoreboard, but for those that need masks where there are none."""
    asked = run.settings["scores"]["metrics"]
    return run.measurable(run.metrics if asked == "all" else asked)


@cache
def scored(plan: Plan) -> dict[str, Result]:
    """The scores of each method of the scoreboard by all of its metrics.

    There are none where the image sets cannot be filled, or no method is asked about.
    """
    run = plan.run
    if "scores" not in run.answerable or not board_metrics(run) or not run.side_by_side("scores"):
        return {}
    section, metrics = run.settings["scores"], board_metrics(run)
    return {
        method: method_scores(
            plan,
            f"scores.{method}",
            method,
            section["images"],
            run.settings[method] | {"target": section["target"]},
            metrics,
        )
        for method in board_methods(run)
    }


@cache
def scoreboard(plan: Plan) -> Result | None:
    """A row a method and metric: mean, interval, rank, and whether it beats every control.

    None where the image sets cannot be filled or there is nothing to score.
    """
    run, tables = plan.run, scored(plan)
    if not tables:
        return None
    return plan.result(
        "scoreboard",
        "methods",
        parameters={
            "methods": {name: _described(run, name) for name in tables},
            "metrics": {name: run.metrics[name].described() for name in board_metrics(run)},
            "seed": run.settings["seed"],
        },
        inputs={"tables": [one["table"] for one in tables.values()]},
    )


def told_below(run: Run) -> str:
    """What captions say of the scores below maps; nothing where there are none."""
    metrics = [run.metrics[name] for name in run.shown_metrics]
    if not metrics:
        return ""
    told = ", ".join(f"{one.title.lower()} ({one.better} is better)" for one in metrics)
    return f"Below each map its scores: {told}; ``scores.below`` names them. "


def left_out(run: Run) -> Sequence[str]:
    """The metrics that are asked for and need masks, where there are none."""
    asked = run.settings["scores"]["metrics"]
    there = board_metrics(run)
    return [] if asked == "all" else [name for name in asked if name not in there]


def _described(run: Run, method: str) -> dict:
    declared = run.methods[method]
    return {"title": declared.title, "control": declared.control}
