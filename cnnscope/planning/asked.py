"""What answers each question, and what a run makes where no target is named, the report aside."""

from functools import cache

from cnnscope.planning import drawings, network, pictures
from cnnscope.planning.charts import chart
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import OUTPUTS, Result
from cnnscope.planning.rows import about, drawable
from cnnscope.planning.scoreboard import scored


@cache
def questions(plan: Plan) -> dict[str, list[Result]]:
    """The results that answer each question, and each other target that has a name."""
    run = plan.run
    found: dict[str, list[Result]] = {"top_images": []}
    for subject, result in about(plan):
        question = subject.kind if subject.kind in ("filters", "top_images") else subject.label
        found.setdefault(question, []).append(result)
    charted = {
        # A rule of that name makes the table.
        **{name: [chart(plan, name)] for name in drawable(plan) if name not in OUTPUTS},
        "confusion": [
            chart(plan, name) for name in ("confusion_matrix", "class_scores", "class_support")
        ],
        "model_summary": [chart(plan, "model_summary"), network.layers(plan)],
        "scores": [chart(plan, "scoreboard"), *scored(plan).values()],
        "class_distribution": [chart(plan, "class_distribution"), pictures.class_counts(plan)],
    }
    there = {name: [one for one in results if one] for name, results in charted.items()}
    found |= {name: results for name, results in there.items() if results}
    if "filters" in found:
        found["filters"].append(network.layers(plan))
    if "activations" in run.answerable:
        found["activations"] = [drawings.activations(plan)]
    return found


def everything(plan: Plan) -> list[Result]:
    """What a run makes where no target is named."""
    asked = questions(plan)
    results = [result for name in plan.run.settings["questions"] for result in asked[name]]
    curves = chart(plan, "training_curves")
    return [
        *results,
        *([drawings.samples(plan)] if plan.run.sets else []),
        *([curves] if curves else []),
        *asked.get("class_distribution", ()),
        *asked["model_summary"],
        pictures.manifest(plan),
    ]
