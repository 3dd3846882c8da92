"""The charts: figures that their files declare, and what these may read and use."""

from collections.abc import Callable, Mapping
from functools import cache

from cnnscope.errors import UserError
from cnnscope.planning import answers, network, pictures
from cnnscope.planning.drawings import style
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result

# What a chart may read, by the name that it says; the output is named after a dot where there are
# several.
_RESULTS: Mapping[str, Callable[[Plan], Result | Ref | None]] = {
    "manifest": pictures.manifest,
    "class_counts": pictures.class_counts,
    "layers": network.layers,
    "history": network.history,
    "confusion": answers.confusion,
    "class_scores": answers.class_scores,
}


@cache
def chart(plan: Plan, name: str) -> Result | None:
    """A chart; None where a result that it reads is none of this run's.

    Raises:
        UserError: it reads or uses what there is not.
    """
    declared = plan.run.charts[name]
    inputs = {argument: _read(plan, name, said) for argument, said in declared.reads.items()}
    if None in inputs.values():
        return None
    offered = _offered(plan)
    for wanted in declared.uses:
        if wanted not in offered:
            raise UserError(
                f"cnnscope/figures/{name}.py: CHART uses {wanted!r}; there are {', '.join(offered)}"
            )
    arguments = {wanted: offered[wanted] for wanted in declared.uses}
    return plan.result(
        "figure_chart",
        name,
        parameters=style(plan) | {"chart": name, "arguments": arguments},
        inputs=inputs,
        modules=(f"cnnscope/figures/{name}.py",),
    )


def caption_of(plan: Plan, name: str) -> str:
    """What the report says of a chart."""
    return plan.run.charts[name].caption.format_map(_offered(plan))


def _read(plan: Plan, name: str, said: str) -> Ref | None:
    result, _, output = said.partition(".")
    if result not in _RESULTS:
        raise UserError(
            f"cnnscope/figures/{name}.py: CHART reads {said!r}; there are {', '.join(_RESULTS)}"
        )
    found = _RESULTS[result](plan)
    if found is None or isinstance(found, Ref):
        return found
    output = output or next(iter(found.outputs))
    if output not in found.outputs:
        known = ", ".join(found.outputs)
        raise UserError(f"cnnscope/figures/{name}.py: {result} has no {output}; it has {known}")
    return found[output]


@cache
def _offered(plan: Plan) -> dict:
    """What a chart may use, by the name that it says."""
    run = plan.run
    model = network.model_settings(plan)["model"]
    colours = run.settings["figures"]["colormaps"]
    given = bool(run.checkpoint)
    return {
        "names": run.classes,
        "split": run.scored_name,
        "architecture": model["architecture"],
        "shape": [model[key] for key in ("channels", "size", "size")],
        "title": "Training curves, as they came with the checkpoint"
        if given
        else "Training: augmented images, means since the last point; validation: as it is",
        "history_setting": "model.history" if given else "training",
        "origin": "They came with the checkpoint."
        if given
        else "The training values are means since the point before, over augmented images; the "
        "validation values are those of the images as they are.",
        **{f"{name}_colours": value for name, value in colours.items()},
    }
