"""From the dataset to arrays: decoded splits, the manifest, the image sets."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cnnscope import provenance
from cnnscope.data.dataset import open_dataset
from cnnscope.data.loose_pictures import PICTURES
from cnnscope.data.source import Source
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Given, Input, Ref, Result


@cache
def demo(plan: Plan) -> Result:
    """The dataset that the workflow draws where the user gives none."""
    settings = plan.run.settings
    return plan.result("demo", "drawn", parameters=settings["demo"] | {"seed": settings["seed"]})


@cache
def decoded(plan: Plan, split: str) -> Result:
    """The images and the table of a split. The folder that the dataset lies in changes nothing."""
    return decoding(plan, "decode", split, {"split": split}, _dataset(plan, split))


@cache
def background_folder(plan: Plan, folder: Path) -> Result:
    """The images of a folder of the user that stand for nothing to see.

    Raises:
        UserError: it holds no image.
    """
    source = Source(folder, PICTURES, memory=plan.contents.memory)
    given = Given(open_dataset(source, plan.contents).digest(PICTURES))
    return decoding(plan, "decode", "background", {"split": PICTURES}, given, source)


def decoding(
    plan: Plan,
    rule: str,
    label: str,
    parameters: Mapping,
    dataset: Ref | Given,
    source: Source | None = None,
    beside: Mapping[str, Input] | None = None,
) -> Result:
    """A result of decoding images: what changes their pixels is among its parameters.

    Args:
        beside: what its job reads beside the images.
    """
    settings = plan.run.settings
    # Loaded by name, and with it PyTorch, where images are resized as tensors.
    modules = [] if settings["image"]["antialias"] else ["cnnscope/data/tensor_resize.py"]
    return plan.result(
        rule,
        label,
        parameters=parameters | {"image": _preprocessing(settings["image"])},
        inputs={"dataset": dataset} | dict(beside or {}),
        modules=modules,
        context={"threads": settings["threads"], "source": source or plan.run.source},
    )


def _preprocessing(image: Mapping) -> dict:
    """The settings of `cnnscope.data.preprocessing.Preprocessing`; none that changes nothing."""
    names = ("size", "channels", "fit", "interpolation", "antialias")
    followed = {name: image[name] for name in names}
    match image["fit"]:
        case "crop":
            return followed | {"resize": image["resize"] or image["size"]}
        case "pad":
            fill = [round(255 * min(max(mean, 0), 1)) for mean in image["mean"]]
            return followed | {"fill": fill}
        case _:
            return followed


def _dataset(plan: Plan, split: str) -> Ref | Given:
    dataset = plan.run.dataset
    if dataset is None:
        return demo(plan)["dataset"]
    labels = dataset.listing.splits[split].labels
    return Given(provenance.digest(content=dataset.digest(split), labels=labels))


def examples(plan: Plan) -> Result:
    """The images of the dataset that show its classes: those of training, or all pictures."""
    return decoded(plan, PICTURES if PICTURES in plan.run.counts else "training")


@cache
def manifest(plan: Plan) -> Result:
    """The images of all splits in one table."""
    tables = [decoded(plan, split)["table"] for split in plan.run.counts]
    return plan.result("manifest", "all", parameters={}, inputs={"tables": tables})


@cache
def class_counts(plan: Plan) -> Result | None:
    """How many images each class has; None for pictures without labels."""
    if not plan.run.labelled:
        return None
    return plan.result(
        "class_counts",
        "all",
        parameters={"names": plan.run.classes},
        inputs={"manifest": manifest(plan)["table"]},
    )


def seen(plan: Plan) -> str:
    """Which part of photographs the network saw, in a line for the foot of figures.

    Empty where photographs are stretched: it saw all of them, and nothing beside them.
    """
    image = plan.run.settings["image"]
    size, resize = image["size"], image["resize"] or image["size"]
    match image["fit"]:
        case "crop":
            around = ", black around them" if resize < size else ""
            part = f"centre {size} × {size} of the photographs resized to {resize}{around}"
        case "pad":
            part = f"the photographs padded to {size} × {size}"
        case _:
            return ""
    return f"what the network saw: {part}"
