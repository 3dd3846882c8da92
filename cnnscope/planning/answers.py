"""What the questions are answered with: attributions, filters, activations, scores."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from cnnscope.data.loose_pictures import PICTURES
from cnnscope.errors import UserError
from cnnscope.planning.network import looking, predictions
from cnnscope.planning.pictures import background_folder, decoded
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result
from cnnscope.planning.sets import explained_shards, image_set, set_files


@cache
def attribution(plan: Plan, method: str) -> Result:
    """The attributions of a method as its section of the settings asks for them."""
    settings = plan.run.settings[method]
    return gathered(plan, method, method, settings["images"], settings)


def gathered(
    plan: Plan,
    label: str,
    method: str,
    names: Sequence[str],
    settings: Mapping,
    seed: int | None = None,
) -> Result:
    """The attributions of a method on all images of some sets, put together from its shards.

    Args:
        settings: its target and its options.
        seed: instead of that of the run.
    """
    of_set = {name: attribution_shards(plan, method, name, settings, seed) for name in names}
    parts = [part for name in names for part in of_set[name]]
    sets = [image_set(plan, name) for name in names]
    return plan.result(
        "gather",
        label,
        parameters={
            "method": method,
            "arguments": plan.run.methods[method].arguments(settings),
            "shards": [len(of_set[name]) for name in names],
        },
        inputs={
            name: [part[output] for part in parts]
            for name, output in {
                "arrays": "array",
                "details": "details",
                "facts": "facts",
                "indices": "index",
            }.items()
        }
        | {"sets": [one["index"] for one in sets], "tables": [one["table"] for one in sets]},
        modules=(f"cnnscope/attribution/{method}.py",),
        context={"sets": names},
    )


def attribution_shards(
    plan: Plan, method: str, name: str, settings: Mapping, seed: int | None = None
) -> list[Result]:
    """The attributions of a method on an image set, a result a shard.

    The name of the set is no part of what they are made from.
    """
    told, background = method_told(plan, method, settings, seed)
    return [
        looking(
            plan,
            "attribution",
            f"{method}.{label}",
            told | rows,
            background | images,
            modules=(f"cnnscope/attribution/{method}.py",),
        )
        for label, rows, images in explained_shards(plan, name)
    ]


def method_told(
    plan: Plan, method: str, settings: Mapping, seed: int | None = None
) -> tuple[dict, dict[str, Ref]]:
    """What a job that runs a method is told of it: parameters, and the background.

    Args:
        settings: its target and its options.
        seed: instead of that of the run.
    """
    declared = plan.run.methods[method]
    told = {"method": method, "arguments": declared.arguments(settings)}
    told |= {} if seed is None else {"seed": seed}
    if not declared.takes_background(settings):
        return told, {}
    pool, kind = background_of(plan)
    told |= {"background": kind} if kind != "training" else {}
    return told, {"background": pool["images"], "background_table": pool["table"]}


@cache
def cascade(plan: Plan, method: str) -> Result:
    """The maps of a method, for one image, of the network as its layers become random."""
    settings = plan.run.settings
    own = settings[method] | {"target": settings["sanity"]["target"]}
    parameters, background = method_told(plan, method, own)
    names = settings["sanity"]["images"]
    stages = dict(settings["parameter_randomisation"])
    del stages["methods"]
    return looking(
        plan,
        "cascade",
        method,
        parameters | {"cascade": stages},
        background | set_files(plan, names),
        modules=(f"cnnscope/attribution/{method}.py",),
        context={"sets": names},
    )


@cache
def background_of(plan: Plan) -> tuple[Result, str]:
    """The images that a background is drawn from, and what they are.

    They are those of `training`, the `pictures` themselves, `blurred` copies of these, or those of
    a `folder` of the user.

    Raises:
        UserError: the dataset has no such images.
    """
    run = plan.run
    asked = run.settings["dataset"]["background"]
    own = PICTURES if PICTURES in run.counts else "training"
    if asked is None:
        asked = "blurred" if own == PICTURES else "training"
    if asked in ("blurred", PICTURES) or asked == own:
        return decoded(plan, own), asked
    if asked == "training":
        raise UserError("dataset.background: training, but there are only pictures; see the README")
    return background_folder(plan, Path(asked)), "folder"


@cache
def filters(plan: Plan, layer: str) -> Result:
    """What excites the filters of a layer most, and where real images do."""
    parameters = plan.run.filter_layers[layer] | {"steps": plan.run.settings["filters"]["steps"]}
    return _of_sets(plan, "filter_pictures", layer, parameters, "filters")


@cache
def activations(plan: Plan) -> Result:
    """What every channel of the chosen layers makes of the images.

    The names of a network's layers are known to the network alone, and asking it while the plan is
    made would import PyTorch and run the user's file: one job makes a folder of all of them.
    """
    parameters = {"layers": plan.run.settings["activations"]["layers"]}
    return _of_sets(plan, "activation_maps", "layers", parameters, "activations")


@cache
def top_images(plan: Plan, layer: str) -> Result:
    """Which images of a split excite the filters of a layer most."""
    section = plan.run.settings["top_images"]
    split = decoded(plan, section["split"])
    how = {"split": section["split"], "count": section["count"]}
    parameters = plan.run.top_layers[layer] | how
    inputs = {"images": split["images"], "table": split["table"]}
    return looking(plan, "strongest_images", layer, parameters, inputs)


@cache
def class_pictures(plan: Plan) -> Result:
    """The pictures that classes want; no image is asked about."""
    return looking(plan, "class_ascent", "classes", plan.run.settings["class_pictures"], {})


@cache
def deep_dream(plan: Plan) -> Result | None:
    """What a layer makes of photographs; None where their image sets cannot be filled."""
    if "deep_dream" not in plan.run.answerable:
        return None
    section = plan.run.settings["deep_dream"]
    parameters = {name: section[name] for name in ("layer", "octaves", "steps")}
    return _of_sets(plan, "dreams", "images", parameters, "deep_dream")


@cache
def confusion(plan: Plan) -> Result | None:
    """Who is taken for whom; None where no image has a label."""
    run = plan.run
    if not run.labelled:
        return None
    return plan.result(
        "confusion_counts",
        run.settings["confusion"]["split"],
        parameters={"names": run.classes, **run.settings["confusion"]},
        inputs={
            "logits": [predictions(plan, split)["logits"] for split in run.scored],
            "tables": [decoded(plan, split)["table"] for split in run.scored],
        },
    )


@cache
def class_scores(plan: Plan) -> Result | None:
    """The scores of each class, beside the number of its training images where there are any."""
    counted = confusion(plan)
    if counted is None:
        return None
    learnt = {}
    if "training" in plan.run.counts:
        learnt["training"] = decoded(plan, "training")["table"]
    return plan.result(
        "class_scores",
        plan.run.settings["confusion"]["split"],
        parameters={"names": plan.run.classes},
        inputs={"counts": counted["counts"]} | learnt,
    )


def class_scores_by_training(plan: Plan) -> Result | None:
    """The same; None where there are no training images."""
    return class_scores(plan) if "training" in plan.run.counts else None


def _of_sets(plan: Plan, rule: str, label: str, parameters: Mapping, question: str) -> Result:
    """A result of all images that a question asks about; the names of the sets are for messages."""
    names = plan.run.settings[question]["images"]
    return looking(plan, rule, label, parameters, set_files(plan, names), context={"sets": names})
