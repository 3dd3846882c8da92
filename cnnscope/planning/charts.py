"""The charts: figures that their files declare, and what these may read and use."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from cnnscope.errors import UserError
from cnnscope.planning import answers, interventions, network, pictures, scoreboard, shortcuts
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import set_files
from cnnscope.planning.subjects import (
    Subject,
    of_comparison,
    of_filters,
    of_method,
    of_metric,
    of_run,
    of_sanity,
    of_top_images,
)

# What a chart may read, by the name that it says; the output is named after a dot where there are
# several.
_RESULTS: Mapping[str, Callable[[Plan], Result | Ref | None]] = {
    "manifest": pictures.manifest,
    "class_counts": pictures.class_counts,
    "layers": network.layers,
    "history": network.history,
    "confusion": answers.confusion,
    "class_scores": answers.class_scores,
    "class_pictures": answers.class_pictures,
    "deep_dream": answers.deep_dream,
    "interventions": interventions.interventions,
    "shortcuts": shortcuts.shortcuts,
    "moved_marks": shortcuts.moved_marks,
    "class_scores_by_training": answers.class_scores_by_training,
    "scoreboard": scoreboard.scoreboard,
}
# Results that hold photographs themselves.
_PHOTOGRAPHS = {"split_images", "cascade_details", "shortcuts.array"}


@cache
def chart(plan: Plan, name: str) -> Result | None:
    """A chart of the whole run; None where a result that it reads is none of this run's.

    Raises:
        UserError: it reads or uses what there is not.
    """
    return chart_about(plan, of_run(plan, name))


@cache
def chart_about(plan: Plan, subject: Subject) -> Result | None:
    """The chart about one of the run's methods, metrics or layers, or about the run.

    Raises:
        UserError: it is about something else, or reads or uses what there is not.
    """
    name = subject.chart
    declared = plan.run.charts.get(name)
    if declared is None or declared.about != subject.kind:
        raise UserError(f"cnnscope/figures/{name}.py: no CHART there is about a {subject.kind}")
    read = {argument: _read(plan, said, subject) for argument, said in declared.reads.items()}
    inputs = {argument: ref for argument, ref in read.items() if ref is not None}
    if read.keys() - inputs.keys() - set(declared.optional):
        return None
    offered = _offered(plan) | subject.offered
    for wanted in declared.uses:
        if wanted not in offered:
            raise UserError(
                f"cnnscope/figures/{name}.py: CHART uses {wanted!r}; there are {', '.join(offered)}"
            )
    asked = list(subject.sets) if declared.images else []
    arguments = {wanted: offered[wanted] for wanted in declared.uses}
    return plan.result(
        rule_of(plan, name),
        subject.label,
        parameters=style(plan)
        | (shown(plan) if declared.images else {})
        | (seen(plan) if _PHOTOGRAPHS & set(declared.reads.values()) else {})
        | {"chart": name, "arguments": arguments},
        inputs=inputs | (_images(plan, asked) if asked else {}),
        modules=(f"cnnscope/figures/{name}.py",),
        context={"sets": asked},
    )


def rule_of(plan: Plan, name: str) -> str:
    """The Snakemake rule that draws a chart: those about the run share one.

    So do those about the filters of a layer, for one of them takes the place of another.
    """
    shared = {"run": "figure_chart", "filters": "figure_filters"}
    return shared.get(plan.run.charts[name].about, f"figure_{name}")


def described(plan: Plan, subject: Subject) -> tuple[str, str]:
    """What the report calls a chart, and what it says of it."""
    declared, offered = plan.run.charts[subject.chart], _offered(plan) | subject.offered
    return declared.title.format_map(offered), declared.caption.format_map(offered)


def style(plan: Plan) -> dict:
    """The format and the dots an inch of every figure."""
    return {key: plan.run.settings["figures"][key] for key in ("format", "dpi")}


def shown(plan: Plan) -> dict:
    """How many images a figure shows at most, and which part of them the network saw.

    Only figures of images follow a change of it.
    """
    return {"images": plan.run.settings["figures"]["images"]} | seen(plan)


def seen(plan: Plan) -> dict:
    """The line for the foot of figures that show photographs, where it is needed."""
    line = pictures.seen(plan)
    return {"seen": line} if line else {}


def subjects(plan: Plan) -> Iterator[Subject]:
    """The run's attribution methods, metrics and layers, each of which has a chart."""
    run = plan.run
    yield from (of_method(plan, method) for method in run.methods if method in run.answerable)
    yield from (of_comparison(plan, question) for question in run.comparable)
    if run.side_by_side("sanity") and "sanity" in run.answerable:
        yield of_sanity(plan)
    yield from (of_metric(plan, metric) for metric in run.scorable)
    if "filters" in run.answerable:
        yield from (of_filters(plan, layer) for layer in run.filter_layers)
    yield from (of_top_images(plan, layer) for layer in run.top_layers)


def _images(plan: Plan, names: list[str]) -> dict[str, list[Ref]]:
    """The image sets, under the names that no chart reads."""
    return {f"set_{output}": files for output, files in set_files(plan, names).items()}


def _read(plan: Plan, said: str, subject: Subject) -> Ref | Sequence[Ref] | None:
    where = f"cnnscope/figures/{subject.chart}.py"
    result, _, output = said.partition(".")
    if result in subject.results:
        found = subject.results[result]
    elif result in _RESULTS:
        found = _RESULTS[result](plan)
    else:
        known = ", ".join((*subject.results, *_RESULTS))
        raise UserError(f"{where}: CHART reads {said!r}; there are {known}")
    if not isinstance(found, Result):
        return found
    output = output or next(iter(found.outputs))
    if output not in found.outputs:
        raise UserError(f"{where}: {result} has no {output}; it has {', '.join(found.outputs)}")
    return found[output]


@cache
def _offered(plan: Plan) -> dict:
    """What a chart may use, by the name that it says."""
    run = plan.run
    model = network.model_settings(plan)["model"]
    colours = run.settings["figures"]["colormaps"]
    given = not run.trains
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
        "metric_titles": {name: one.title for name, one in run.metrics.items()},
        "metrics_left_out": scoreboard.left_out(run),
        **{f"{name}_colours": value for name, value in colours.items()},
        "scored": scoreboard.told_below(run),
        "frame": "The frame of an image is thin and green where the model is right, thick, dashed "
        "and red where it is wrong.",
    }
