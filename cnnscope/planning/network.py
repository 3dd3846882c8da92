"""From a checkpoint, or from the training images, to weights and predictions."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from cnnscope import provenance
from cnnscope.checkpoints.share_links import Remote
from cnnscope.errors import UserError
from cnnscope.networks.architecture import TIMM, import_root, own_file, own_modules
from cnnscope.planning.pictures import decoded
from cnnscope.planning.plan import Plan, pins
from cnnscope.planning.pretrained import is_of_torchvision
from cnnscope.planning.result import Given, Input, Ref, Result


def model_settings(plan: Plan) -> dict:
    """What a model is built from; every result that looks at the model has it in its parameters.

    What else is set for images reaches the model through their pixels alone.
    """
    settings = plan.run.settings
    image = {name: settings["image"][name] for name in ("size", "channels", "mean", "std")}
    model = image | {
        "architecture": settings["model"]["architecture"],
        "arguments": settings["model"]["arguments"],
        "classes": plan.run.class_count,
    }
    if settings["training"]["start"]:
        # Its head is made for them, whatever it was built for.
        model["outputs"] = plan.run.class_count
    return {"model": model, "seed": settings["seed"]}


def compute(plan: Plan) -> dict:
    """Where and how a model runs, which does not change what comes out."""
    return {key: plan.run.settings[key] for key in ("device", "threads")}


@cache
def own_code(plan: Plan) -> dict:
    """What the network runs that the scripts do not import: the user's file, or a library.

    Raises:
        UserError: the file is no Python.
    """
    architecture = plan.run.settings["model"]["architecture"]
    file = own_file(architecture)
    if file is None:
        return {"libraries": _library(architecture, pins(plan.home))}
    if not file.is_file():
        return {}
    try:
        return provenance.code(own_modules(file), (provenance.Root(import_root(file)),), {})
    except (SyntaxError, ValueError, OSError) as error:
        where = f"{getattr(error, 'filename', None) or file}, line {getattr(error, 'lineno', '?')}"
        reason = getattr(error, "msg", error)
        raise UserError(f"model.architecture: {where}: {reason}") from error


def _library(architecture: str, pinned: Mapping[str, str]) -> dict[str, str]:
    """The version of the library that defines a network, if it is none of this project."""
    if architecture.startswith(TIMM):
        name = "timm"
    elif is_of_torchvision(architecture):
        name = "torchvision"
    else:
        return {}
    version = provenance.library_version(name, pinned)
    return {name: version} if version else {}


@cache
def layers(plan: Plan) -> Result:
    """The layers of the model, for which it needs no weights."""
    run = plan.run
    layers = [*run.filter_layers.values(), *run.top_layers.values()]
    wanted = [[layer["layer"], layer["filters"]] for layer in layers]
    freeze = run.settings["training"]["freeze"]
    return plan.result(
        "layers",
        "model",
        parameters=model_settings(plan)
        | {"wanted": wanted, "activations": run.settings["activations"]["layers"]}
        | ({"freeze": freeze} if freeze else {}),
        code=own_code(plan),
        context=compute(plan),
    )


@cache
def trained(plan: Plan) -> Result:
    """The weights and the history of a training, which may start from a checkpoint."""
    recipe = dict(plan.run.settings["training"])
    start, freeze, copies = (recipe.pop(key) for key in ("start", "freeze", "copies"))
    inputs = {
        f"{split} {output}": decoded(plan, split)[output]
        for split in ("training", "validation")
        for output in ("images", "table")
    }
    return plan.result(
        "train",
        "model",
        parameters=model_settings(plan)
        | {
            "recipe": recipe,
            "freezing": {"freeze": freeze, "copies": copies} if freeze else {},
        },
        inputs={name.replace(" ", "_"): given for name, given in inputs.items()}
        | ({"start": converted(plan)["weights"]} if start else {}),
        code=own_code(plan),
        context=compute(plan),
    )


@cache
def downloaded(plan: Plan) -> Result:
    """The checkpoint of an address.

    Its hash decides which bytes come, or else the address. Of the address a digest is kept, because
    tokens live there and parameters are stored and printed. With a whole hash, a new token or a
    mirror changes nothing.
    """
    model = plan.run.settings["model"]
    sha256 = model["sha256"] and model["sha256"].lower()
    is_whole = sha256 and len(sha256) == 64
    address = None if is_whole else provenance.digest(address=model["checkpoint"])
    return plan.result(
        "download",
        "checkpoint",
        parameters={"sha256": sha256, "address": address},
        context={"source": Remote(model["checkpoint"], model["max_bytes"])},
    )


@cache
def converted(plan: Plan) -> Result:
    """The weights of the user's checkpoint."""
    run = plan.run
    if run.downloads:
        checkpoint, sha256 = downloaded(plan)["checkpoint"], None
    else:
        file = run.checkpoint
        checkpoint = Given(plan.contents.digest(Path(file)), file)
        sha256 = run.settings["model"]["sha256"]
    return plan.result(
        "convert",
        "checkpoint",
        parameters=model_settings(plan) | {"sha256": sha256},
        inputs={"checkpoint": checkpoint},
        code=own_code(plan),
        context=compute(plan),
    )


def weights(plan: Plan) -> Ref:
    """The weights that every question is asked about."""
    return (trained(plan) if plan.run.trains else converted(plan))["weights"]


@cache
def given_history(plan: Plan) -> Result:
    """The training history that came with a checkpoint."""
    file = plan.run.settings["model"]["history"]
    table = Given(plan.contents.digest(Path(file)), file)
    return plan.result("history", "given", parameters={}, inputs={"table": table})


def history(plan: Plan) -> Ref | None:
    """The training curves; None for a checkpoint that comes without any and is taken as it is."""
    if plan.run.trains:
        return trained(plan)["history"]
    return given_history(plan)["table"] if plan.run.settings["model"]["history"] else None


def looking(
    plan: Plan,
    rule: str,
    label: str,
    parameters: Mapping,
    inputs: Mapping[str, Input],
    *,
    modules: Iterable[str] = (),
    context: Mapping | None = None,
) -> Result:
    """A result that is made with the model: its weights come first among the inputs."""
    return plan.result(
        rule,
        label,
        parameters=model_settings(plan) | parameters,
        inputs={"weights": weights(plan)} | inputs,
        modules=modules,
        code=own_code(plan),
        context=compute(plan) | (context or {}),
    )


@cache
def predictions(plan: Plan, split: str) -> Result:
    """The logits of a split."""
    images = decoded(plan, split)
    inputs = {"images": images["images"], "table": images["table"]}
    return looking(plan, "predictions", split, {"split": split}, inputs)
