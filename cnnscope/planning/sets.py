"""The image sets: which images the questions are asked about."""

from functools import cache

from cnnscope.planning.network import predictions
from cnnscope.planning.pictures import decoded
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Ref, Result


@cache
def image_set(plan: Plan, name: str) -> Result:
    """The images of a set that questions are asked about."""
    chosen = plan.run.settings["image_sets"][name]
    split = decoded(plan, chosen["split"])
    inputs = {"images": split["images"], "table": split["table"]}
    if "confusions" in chosen or chosen["which"] != "any":
        inputs["logits"] = predictions(plan, chosen["split"])["logits"]
    return plan.result(
        "image_set",
        name,
        parameters={"name": name, "classes": len(plan.run.classes), **chosen},
        inputs=inputs,
    )


def set_images(plan: Plan, question: str) -> list[Ref]:
    """The arrays of the image sets that a question asks about, in its order."""
    return [image_set(plan, name)["images"] for name in plan.run.settings[question]["images"]]


def set_tables(plan: Plan, question: str) -> list[Ref]:
    """The tables of the same sets, in the same order."""
    return [image_set(plan, name)["table"] for name in plan.run.settings[question]["images"]]
