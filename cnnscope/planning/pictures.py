"""From the dataset to arrays: decoded splits, the manifest, the image sets."""

from functools import cache

from cnnscope import provenance
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Given, Ref, Result


@cache
def demo(plan: Plan) -> Result:
    """The dataset that the workflow draws where the user gives none."""
    settings = plan.run.settings
    return plan.result("demo", "drawn", parameters=settings["demo"] | {"seed": settings["seed"]})


@cache
def decoded(plan: Plan, split: str) -> Result:
    """The images and the table of a split. The folder that the dataset lies in changes nothing."""
    settings = plan.run.settings
    return plan.result(
        "decode",
        split,
        parameters={
            "split": split,
            "size": settings["image"]["size"],
            "channels": settings["image"]["channels"],
        },
        inputs={"dataset": _dataset(plan, split)},
        context={"threads": settings["threads"], "source": plan.run.source},
    )


def _dataset(plan: Plan, split: str) -> Ref | Given:
    dataset = plan.run.dataset
    if dataset is None:
        return demo(plan)["dataset"]
    labels = dataset.listing.splits[split].labels
    return Given(provenance.digest(content=dataset.digest(split), labels=labels))


@cache
def manifest(plan: Plan) -> Result:
    """The images of all splits in one table."""
    tables = [decoded(plan, split)["table"] for split in plan.run.counts]
    return plan.result("manifest", "all", parameters={}, inputs={"tables": tables})


@cache
def class_counts(plan: Plan) -> Result:
    """How many images each class has."""
    return plan.result(
        "class_counts",
        "all",
        parameters={"names": plan.run.classes},
        inputs={"manifest": manifest(plan)["table"]},
    )
