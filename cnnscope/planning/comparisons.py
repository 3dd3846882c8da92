"""Comparisons: several attributions of the same images, a column each in one figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cnnscope.planning.answers import gathered
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result
from cnnscope.planning.run import Run
from cnnscope.planning.scores import method_scores


@dataclass(frozen=True)
class Column:
    """An attribution method with all that it is told.

    Attributes:
        name: tells it from the others in the names of files.
        heading: of the column.
        settings: the target and the options.
        seed: None for that of the run.
    """

    name: str
    heading: str
    method: str
    settings: Mapping
    seed: int | None = None


def columns(run: Run, question: str) -> list[Column]:
    """What a comparison holds side by side: methods, or values of an option of one method."""
    section = run.settings[question]
    if question != "vary":
        return [
            Column(
                method,
                run.methods[method].title,
                method,
                run.settings[method] | {"target": section["target"]},
            )
            for method in run.side_by_side(question)
        ]
    method, option = section["method"], section["option"]
    return [_varied(run, method, option, *numbered) for numbered in enumerate(section["values"])]


@cache
def compared(plan: Plan, question: str) -> list[Result]:
    """The attributions of each column, of the images of the section."""
    names = plan.run.settings[question]["images"]
    return [
        gathered(plan, f"{question}.{one.name}", one.method, names, one.settings, one.seed)
        for one in columns(plan.run, question)
    ]


@cache
def compared_scores(plan: Plan, question: str) -> list[Result]:
    """The scores of each column's maps; none where none are wanted."""
    names, metrics = plan.run.settings[question]["images"], plan.run.shown_metrics
    if not metrics:
        return []
    return [
        method_scores(
            plan, f"{question}.{one.name}", one.method, names, one.settings, metrics, one.seed
        )
        for one in columns(plan.run, question)
    ]


def _varied(run: Run, method: str, option: str, number: int, value) -> Column:
    settings = run.settings[method]
    if option == "seed":
        return Column(str(number), f"seed {value}", method, settings, value)
    is_class = option == "target" and isinstance(value, int) and value < len(run.classes)
    told = run.classes[value] if is_class else value
    return Column(str(number), f"{option} {told}", method, settings | {option: value})
