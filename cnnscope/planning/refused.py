"""Why a question that has a name has no answer in this run."""

from cnnscope.planning.asked import questions
from cnnscope.planning.plan import Plan
from cnnscope.planning.questions import OF_SETS
from cnnscope.planning.result import OUTPUTS
from cnnscope.planning.run import Run


def refused(plan: Plan) -> dict[str, str]:
    """A line for each name that may be asked for in some run, but not in this one."""
    run = plan.run
    charts = [name for name, one in run.charts.items() if one.about == "run"]
    known = dict.fromkeys((*run.methods, *run.metrics, *OF_SETS, *charts, "confusion"))
    # Of the names of rules, those below can only be asked for as the files that they make.
    missing = [name for name in known if name not in questions(plan) and name not in OUTPUTS]
    return {name: f"{name} cannot be answered, for {_reason(run, name)}" for name in missing}


def _reason(run: Run, name: str) -> str:
    for line in run.left_out:
        left, _, why = line.partition(": left out, for ")
        if left == name:
            return why
    if name == "interventions" and (run.dataset is not None or run.settings["demo"]["shortcut"]):
        return "only the demo without a shortcut can be painted again (dataset.path: null)"
    if name in run.metrics and not run.measurable([name]):
        if "masks" in run.metrics[name].needs and not run.has_masks:
            return "nobody knows where the objects are (dataset.masks: a folder of masks)"
        return "the images have no labels"
    asked = run.settings.get(name, {})
    if name in (*run.methods, *OF_SETS) and name not in run.answerable:
        return f"this dataset cannot fill its image sets ({name}.images: {asked['images']})"
    if "methods" in asked:
        return f"none of the questions is an attribution method ({name}.methods: name some)"
    return "this run has nothing to draw it from"
