"""Whether the questions fit the dataset and each other, before anything runs."""

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnnscope import checks
from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.settings import complete, typed

# The questions that hold attributions of the same images side by side.
COMPARISONS = ("compare", "vary")
# The questions that ask several methods at once.
OF_METHODS = ("compare", "sanity", "scores")
# The questions beside those of the attribution methods that are asked of image sets.
OF_SETS = (
    *COMPARISONS,
    "sanity",
    "scores",
    "interventions",
    "filters",
    "activations",
    "deep_dream",
    "shortcuts",
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def fit_shipped_sets(settings: dict, shipped: Mapping, counts: Mapping[str, int]) -> None:
    """On a dataset too small for the positions that config.yaml ships, take as many, spread evenly.

    Args:
        shipped: the settings of config.yaml.
        counts: the number of images of each split.
    """
    for name, image_set in settings["image_sets"].items():
        positions, count = image_set.get("positions"), counts.get(image_set["split"], 0)
        shipped_positions = shipped["image_sets"].get(name, {}).get("positions")
        if (
            positions
            and positions != "all"
            and positions == shipped_positions
            and count <= max(positions)
        ):
            few = min(len(positions), count)
            spread = [number * count // few for number in range(few)]
            settings["image_sets"][name] = image_set | {"positions": spread}


def check_questions(
    settings: dict,
    methods: Mapping[str, Method],
    classes: Sequence[str],
    counts: Mapping[str, int],
) -> None:
    """See that the questions can be answered; the targets of methods become class numbers.

    Raises:
        UserError: names the config key that asks for what is not there.
    """
    checks.check_image(settings["image"])
    for question in (*methods, *OF_SETS):
        checks.check_set_names(question, settings[question]["images"], settings["image_sets"])
        if question in methods or question in OF_METHODS:
            target = checks.resolve_target(question, settings[question]["target"], classes)
            settings[question]["target"] = target
    planted = settings["demo"]["shortcut"]
    if planted and settings["dataset"]["path"] is None:
        [label] = checks.resolve_classes("demo.shortcut.class", [planted["class"]], classes)
        settings["demo"]["shortcut"] = planted | {"class": label}
    pictured = settings["class_pictures"]
    if pictured["classes"] is not None:
        pictured["classes"] = checks.resolve_classes(
            "class_pictures.classes", pictured["classes"], classes
        )
    for question in ("filters", "top_images"):
        layers = settings[question]["layers"]
        if isinstance(layers, list):
            checks.check_layers(f"{question}.layers", layers)
    asked = set(settings["questions"])
    for question in (*OF_METHODS, "interventions"):
        if question in asked and not (settings[question]["methods"] or asked & set(methods)):
            raise UserError(
                f"{question}.methods: none of the questions is an attribution method; name some, "
                "or all"
            )
    painted = settings["dataset"]["path"] is None and not settings["demo"]["shortcut"]
    if "interventions" in asked and not painted:
        raise UserError(
            "questions: interventions needs pictures that are painted again without an object, "
            "which only the demo can do, and only without a shortcut (dataset.path: null, "
            "demo.shortcut: null); leave it out"
        )
    _check_varied(settings["vary"], methods, classes)
    _check_splits(settings, counts)
    _check_files(settings)


def _check_varied(varied: dict, methods: Mapping[str, Method], classes: Sequence[str]) -> None:
    """See that a method has the option that is varied, and takes its values, and complete these."""
    method, option = varied["method"], varied["option"]
    known = {
        "seed": {"type": "integer", "minimum": 0},
        "target": {"type": ["string", "integer"]},
        **methods[method].options,
    }
    if option not in known:
        near = difflib.get_close_matches(option, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
        raise UserError(f"vary.option: {method} has no option {option}; {hint}")
    # Snakemake's command line hands numbers over as text.
    values = [typed(value, known[option]) for value in varied["values"]]
    try:
        for value in values:
            complete({option: value}, {"properties": {option: known[option]}})
        if option == "target":
            values = [checks.resolve_target("vary", value, classes) for value in values]
    except UserError as error:
        told = str(error).removeprefix("config: ").removeprefix("vary.target: ")
        raise UserError(f"vary.values: {told}") from None
    varied["values"] = values


def _check_splits(settings: Mapping, counts: Mapping[str, int]) -> None:
    for name in used_sets(settings):
        image_set = settings["image_sets"][name]
        if image_set["split"] not in counts:
            raise UserError(f"image_sets.{name}.split: the dataset has no {image_set['split']}/")
        checks.check_image_set(name, image_set, counts[image_set["split"]])
    if settings["top_images"]["split"] not in counts:
        raise UserError(f"top_images.split: the dataset has no {settings['top_images']['split']}/")
    for split in scored_splits(settings, counts):
        if split not in counts:
            raise UserError(f"confusion.split: the dataset has no {split}/")


def _check_files(settings: Mapping) -> None:
    weights, history = settings["model"]["checkpoint"], settings["model"]["history"]
    local = None if weights and is_address(weights) else weights
    if local and not Path(local).is_file():
        # An address that was misspelt into a file's name still has its token behind the mark.
        raise UserError(f"model.checkpoint: there is no file {local.partition('?')[0]}")
    if history and (settings["training"]["start"] or not weights):
        raise UserError("model.history: goes with model.checkpoint; what is trained has its own")
    if history and not Path(history).is_file():
        raise UserError(f"model.history: there is no file {history}")
    paths = {"output": settings["output"], "model.checkpoint": local, "model.history": history}
    for key, path in paths.items():
        if re.search("[{}]", path or ""):
            raise UserError(f"{key}: Snakemake reads {{ and }} in {path} as wildcards; rename it")


def used_sets(settings: Mapping) -> list[str]:
    """The image sets of the questions, in the order of the config."""
    asked = {n for q in settings["questions"] for n in settings.get(q, {}).get("images", ())}
    return [name for name in settings["image_sets"] if name in asked]


def scored_splits(settings: Mapping, counts: Mapping[str, int]) -> list[str]:
    """The splits whose predictions are compared with the truth."""
    split = settings["confusion"]["split"]
    return list(counts) if split == "all" else [split]


def is_address(weights: str) -> bool:
    """Whether a checkpoint is to be downloaded."""
    return _ADDRESS.match(weights) is not None


def run_name(settings: Mapping) -> str:
    """The name of the folder below results/."""
    if settings["run"]:
        return settings["run"]
    if settings["dataset"]["path"] is None:
        return "demo"
    name = Path(settings["dataset"]["path"]).resolve().name
    name = re.sub(r"\.(zip|csv|tar(\.\w+)?|tgz|tbz2?|txz)$", "", name)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-") or "dataset"
