"""What the parts of a picture are worth, which only the demo can tell: it paints them again."""

from functools import cache

from cnnscope.planning.answers import gathered
from cnnscope.planning.network import looking
from cnnscope.planning.pictures import preprocessing
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result
from cnnscope.planning.run import Run
from cnnscope.planning.sets import set_files


def intervened(run: Run) -> list[str]:
    """The attribution methods held to interventions, and noise to hold them against."""
    return [*dict.fromkeys((*run.side_by_side("interventions"), "random"))]


@cache
def interventions(plan: Plan) -> Result | None:
    """The scores of the attribution methods; None where a dataset is given, or no image set."""
    run = plan.run
    if run.dataset is not None or run.settings["demo"]["shortcut"]:
        return None
    if "interventions" not in run.answerable:
        return None
    names = run.settings["interventions"]["images"]
    maps = {target: _maps(plan, target) for target in ("predicted", "second")}
    how, modules = preprocessing(plan)
    return looking(
        plan,
        "trials",
        "demo",
        {
            "methods": intervened(run),
            "signed": [run.methods[name].signed for name in intervened(run)],
            "image": how,
        },
        {
            "predicted": [one["array"] for one in maps["predicted"]],
            "second": [one["array"] for one in maps["second"]],
            "index": maps["predicted"][0]["index"],
            "tables": set_files(plan, names)["tables"],
        },
        modules=modules,
        context={"sets": names},
    )


def _maps(plan: Plan, target: str) -> list[Result]:
    """The attributions of each method, of one class of each image of the section."""
    run = plan.run
    names = run.settings["interventions"]["images"]
    return [
        gathered(
            plan,
            f"interventions.{method}.{target}",
            method,
            names,
            run.settings[method] | {"target": target},
        )
        for method in intervened(run)
    ]
