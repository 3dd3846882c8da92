"""The names that people see: which stored file is published where below results/<run>/."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from cnnscope.planning import asked
from cnnscope.planning.plan import Plan
from cnnscope.planning.report import report
from cnnscope.planning.result import Result, closure
from cnnscope.planning.rows import Caption, Row, arrays, figures


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
        for result, log, files, captions, text in (*arrays(plan), *figures(plan), _report(plan))
    }


@cache
def questions(plan: Plan) -> dict[str, list[Result]]:
    """The results that answer each question, and each other target that has a name."""
    return asked.questions(plan) | {"report": [report(plan)]}


def everything(plan: Plan) -> list[Result]:
    """What a run makes where no target is named."""
    return [*asked.everything(plan), report(plan)]


def published(plan: Plan, results: Sequence[Result]) -> list[Publication]:
    """The publications of `results` and of all that they are made from."""
    known = publications(plan)
    return [known[result] for result in closure(results) if result in known]


def _report(plan: Plan) -> Row:
    return Row(report(plan), "report", {"page": "report.html"})
