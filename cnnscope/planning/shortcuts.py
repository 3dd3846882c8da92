"""Shortcuts: classes that the network knows by something at a fixed place."""

from functools import cache

from cnnscope.planning.answers import gathered
from cnnscope.planning.network import predictions
from cnnscope.planning.pictures import decoded, decoding, demo
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import image_set, set_files


@cache
def shortcuts(plan: Plan) -> Result | None:
    """The clusters of each class's maps; None where their image sets cannot be filled."""
    run = plan.run
    if "shortcuts" not in run.answerable:
        return None
    section = run.settings["shortcuts"]
    names, methods = section["images"], section["methods"]
    target = {"target": section["target"]}
    maps = [
        gathered(plan, f"shortcuts.{one}", one, names, run.settings[one] | target)
        for one in methods
    ]
    marks = {}
    if _is_planted(plan):
        marks["marks"] = [_marks(plan, image_set(plan, name)["index"]) for name in names]
    return plan.result(
        "shortcut_clusters",
        "classes",
        parameters={
            "names": run.classes,
            "methods": methods,
            "most": section["most"],
            "level": section["level"],
            "seed": run.settings["seed"],
        },
        inputs={
            "arrays": [one["array"] for one in maps],
            "details": [one["details"] for one in maps],
            "facts": [one["facts"] for one in maps],
            "index": maps[0]["index"],
        }
        | set_files(plan, names)
        | marks,
        context={"sets": names},
    )


@cache
def moved_marks(plan: Plan) -> Result | None:
    """The accuracy where the mark moves; None where no mark is planted."""
    if not _is_planted(plan):
        return None
    table = decoded(plan, "testing")["table"]
    return plan.result(
        "moved_marks",
        "testing",
        parameters={"names": plan.run.classes},
        inputs={
            "dataset": demo(plan)["dataset"],
            "table": table,
            "logits": predictions(plan, "testing")["logits"],
            "marks": _marks(plan, table),
        },
    )


def _is_planted(plan: Plan) -> bool:
    return plan.run.dataset is None and plan.run.settings["demo"]["shortcut"] is not None


def _marks(plan: Plan, table: Ref) -> Ref:
    """Where the demo's mark lies in each image that a table lists."""
    label, beside = f"{table.result.label}.marks", {"table": table}
    where = {"folder": "marks"}
    return decoding(plan, "masks", label, where, demo(plan)["dataset"], beside=beside)["masks"]
