"""The report: one page of all that a run answers, made from stored results alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cnnscope.planning import answers, asked, comparisons, network, pictures
from cnnscope.planning.charts import seen
from cnnscope.planning.plan import LIBRARY, Plan
from cnnscope.planning.result import Input, Ref, Result, closure
from cnnscope.planning.rows import Caption, Row, figures
from cnnscope.planning.run import Run
from cnnscope.planning.scoreboard import board_metrics, scoreboard, scored
from cnnscope.planning.scores import own_scores
from cnnscope.planning.sets import image_set
from cnnscope.planning.subjects import colours_setting
from cnnscope.provenance import content
from cnnscope.report.parts import PARTS, made_id

# Formats of figures that a browser shows as images.
_SHOWN_FORMATS = ("png", "svg")
_OF_LAYERS = ("figure_filters", "figure_top_images")


@dataclass(frozen=True, eq=False)
class Source:
    """Maps that the report shows.

    Attributes:
        question: the question that asks for them.
        method: the attribution method.
        target: the class that is explained.
        sets: the image sets.
        maps: the attributions of all images.
        scores: those of each map; None where none are wanted.
    """

    question: str
    method: str
    target: str | int
    sets: tuple[str, ...]
    maps: Result
    scores: Result | None


@cache
def report(plan: Plan) -> Result:
    """The page of the questions that a run answers where no target is named."""
    run = plan.run
    sources, shown = _sources(plan), _figures(plan)
    names = list(dict.fromkeys(name for source in sources for name in source.sets))
    inputs: dict[str, Input] = _of_maps(sources) | _of_sets(plan, names)
    inputs |= _of_confusion(plan) | _of_figures(shown)
    board = scoreboard(plan) if "scores" in run.settings["questions"] else None
    inputs |= {"scoreboard": board["table"]} if board else {}
    return plan.result(
        "report_page",
        "run",
        parameters={
            "names": run.classes,
            "images": run.settings["figures"]["images"],
            "settings": _settings(run),
            "methods": {source.method: _method(run, source.method) for source in sources},
            "sources": [_described(source) for source in sources],
            "sets": names,
            "split": run.scored_name,
            "metrics": {one: run.metrics[one].title for one in board_metrics(run)} if board else {},
            "figures": [_caption(plan, *one) for one in shown],
            "left_out": list(run.left_out),
        }
        | seen(plan),
        inputs={name: given for name, given in inputs.items() if given},
        code={"files": _parts(), "libraries": {}},
    )


def _sources(plan: Plan) -> list[Source]:
    """The maps of each method that is a question, and of those that are held side by side."""
    run = plan.run
    questions = run.settings["questions"]
    found = [
        Source(
            method,
            method,
            run.settings[method]["target"],
            tuple(run.settings[method]["images"]),
            answers.attribution(plan, method),
            own_scores(plan, method),
        )
        for method in questions
        if method in run.methods
    ]
    if "compare" in questions:
        own = comparisons.compared_scores(plan, "compare")
        found += _side_by_side(plan, "compare", own or None)
    if "scores" in questions and scored(plan):
        columns = comparisons.columns(run, "scores")
        found += _side_by_side(plan, "scores", [scored(plan)[one.method] for one in columns])
    return found


def _side_by_side(plan: Plan, question: str, scores: list[Result] | None) -> list[Source]:
    section = plan.run.settings[question]
    columns = comparisons.columns(plan.run, question)
    results = comparisons.compared(plan, question)
    return [
        Source(question, one.method, section["target"], tuple(section["images"]), maps, own)
        for one, maps, own in zip(columns, results, scores or [None] * len(columns), strict=True)
    ]


def _of_maps(sources: Iterable[Source]) -> dict[str, list[Ref]]:
    outputs = {"maps": "array", "details": "details", "facts": "facts", "indices": "index"}
    scores = [source.scores for source in sources if source.scores]
    return {
        name: [source.maps[output] for source in sources] for name, output in outputs.items()
    } | {
        "scores": [one["table"] for one in scores],
        "score_facts": [one["facts"] for one in scores],
    }


def _of_sets(plan: Plan, names: Iterable[str]) -> dict[str, list[Ref]]:
    return {"set_images": [image_set(plan, name)["images"] for name in names]}


def _of_confusion(plan: Plan) -> dict[str, Input]:
    """The counts, and the images that are behind each of them."""
    run = plan.run
    counted = answers.confusion(plan) if "confusion" in run.settings["questions"] else None
    if counted is None:
        return {}
    return {
        "counts": counted["counts"],
        "logits": [network.predictions(plan, split)["logits"] for split in run.scored],
        "tables": [pictures.decoded(plan, split)["table"] for split in run.scored],
        "photographs": [pictures.decoded(plan, split)["images"] for split in run.scored],
    }


def _figures(plan: Plan) -> list[tuple[Row, str, Caption]]:
    """The figures of the run, each an output of a result; none of a format that is no image."""
    if plan.run.format not in _SHOWN_FORMATS:
        return []
    made = set(closure(asked.everything(plan)))
    return [
        (row, output, caption)
        for row in figures(plan)
        if row.result in made
        for output, caption in row.captions.items()
    ]


def _of_figures(shown: Iterable[tuple[Row, str, Caption]]) -> dict[str, list[Ref]]:
    """The figures, and where the names of the layers are that their jobs have chosen."""
    refs = [row.result[output] for row, output, _ in shown]
    of_layers = [ref.result for ref in refs if ref.result.rule in _OF_LAYERS]
    facts = [one.inputs["facts"] for one in of_layers if "facts" in one.inputs]
    return {"figures": refs, "layer_facts": facts}


def _caption(plan: Plan, row: Row, output: str, caption: Caption) -> dict:
    """What the page says of a figure, or of a folder of figures.

    Captions that are files are for Snakemake's own report too, and are filled in by the job.
    """
    file = plan.home / "captions" / f"{caption.file}.rst"
    return {
        "name": row.files[output],
        "category": caption.category,
        "title": caption.labels["figure"],
        "made": made_id(row.result.rule, row.result.label),
        "caption": row.text or file.read_text(encoding="utf-8"),
        "layer": row.result.label if row.result.rule in _OF_LAYERS else None,
        # Where the job has chosen a layer, the facts say which it is.
        "told": row.result.rule in _OF_LAYERS and "facts" in row.result.inputs,
        "filled_in": {
            name: value
            for name, value in row.result.parameters.items()
            if not row.text and isinstance(value, str)
        },
    }


def _method(run: Run, name: str) -> dict:
    declared, colours = run.methods[name], run.settings["figures"]["colormaps"]
    words = {key: getattr(declared, key) for key in ("title", "summary", "paper", "signed")}
    return words | {
        "relative": declared.relative,
        "colours": colours[colours_setting(declared)],
    }


def _described(source: Source) -> dict:
    return {
        "question": source.question,
        "method": source.method,
        "target": source.target,
        "made": made_id(source.maps.rule, source.maps.label),
        "scored": source.scores is not None,
    }


def _settings(run: Run) -> dict:
    """The settings that the shown results follow from: none that changes no result."""
    settings = run.settings
    questions, metrics = settings["questions"], run.shown_metrics
    if "scores" in questions:
        metrics = [*metrics, *board_metrics(run)]
    model = {name: settings["model"][name] for name in ("architecture", "arguments")}
    named = {name: settings[name] for name in ("questions", "seed", "image")} | {"model": model}
    if run.trains:
        named["training"] = settings["training"]
    named["image_sets"] = {name: settings["image_sets"][name] for name in run.sets}
    sections = dict.fromkeys((*questions, *metrics))
    named |= {one: settings[one] for one in sections if isinstance(settings.get(one), Mapping)}
    return named | {"figures": settings["figures"]}


def _parts() -> dict[str, str]:
    """The SHA-256 of each part of the page that is no Python."""
    files = (Path("cnnscope", "report", name) for name in PARTS)
    return {file.as_posix(): content(LIBRARY.folder / file) for file in files}
