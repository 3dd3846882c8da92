"""The figures of all layers and of all image sets, which are no charts."""

from functools import cache

from cnnscope.planning import answers
from cnnscope.planning.charts import shown, style
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Result
from cnnscope.planning.sets import set_files


@cache
def activations(plan: Plan) -> Result:
    """A figure of each layer, in a folder, for the network alone knows the layers' names."""
    asked = plan.run.settings["activations"]
    return plan.result(
        "figure_activations",
        "layers",
        parameters=style(plan)
        | shown(plan)
        | {
            "activations": plan.run.settings["figures"]["colormaps"]["activations"],
            "scale": asked["scale"],
        },
        inputs={"arrays": answers.activations(plan)["arrays"]} | set_files(plan, asked["images"]),
        context={"sets": asked["images"]},
    )


@cache
def samples(plan: Plan) -> Result:
    """The images that the questions are asked about, set by set."""
    return plan.result(
        "figure_samples",
        "sets",
        parameters=style(plan) | shown(plan) | {"names": plan.run.classes, "sets": plan.run.sets},
        inputs=set_files(plan, plan.run.sets),
    )
