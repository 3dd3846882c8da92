"""The image sets: which images the questions are asked about, and in which shards."""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from cnnscope.data.fingerprint import digest_of_named
from cnnscope.data.image_sets import by_class
from cnnscope.planning.network import predictions
from cnnscope.planning.pictures import decoded, decoding, demo
from cnnscope.planning.plan import Plan
from cnnscope.planning.result import Given, Ref, Result
from cnnscope.planning.shards import shards, slots


@cache
def image_set(plan: Plan, name: str) -> Result:
    """The images of a set, in its order, and what is known of them."""
    chosen = plan.run.settings["image_sets"][name]
    common = {"name": name, "classes": len(plan.run.classes), **chosen}
    if asks_the_model(chosen):
        split = decoded(plan, chosen["split"])
        logits = predictions(plan, chosen["split"])["logits"]
        inputs = {"images": split["images"], "table": split["table"], "logits": logits}
        return plan.result("image_set", name, parameters=common, inputs=inputs)
    names = list(plan.run.images(chosen["split"]).items())
    members = [[position, *names[position]] for position in positions(plan, name)]
    parts = picture_shards(plan, name)
    return plan.result(
        "picture_set",
        name,
        parameters=common | {"members": members},
        inputs={
            "images": [part["images"] for part in parts],
            "tables": [part["table"] for part in parts],
        },
    )


def asks_the_model(chosen: dict) -> bool:
    """Whether the images of a set are known only when the model has predicted."""
    return "confusions" in chosen or ("per_class" in chosen and chosen["which"] != "any")


@cache
def positions(plan: Plan, name: str) -> Sequence[int]:
    """The positions in its split of the images of a set that asks no model."""
    chosen = plan.run.settings["image_sets"][name]
    labels = list(plan.run.images(chosen["split"]).values())
    if "per_class" in chosen:
        return by_class(np.array(labels, np.int64), chosen["per_class"], "any")
    return range(len(labels)) if chosen["positions"] == "all" else chosen["positions"]


@cache
def picture_shards(plan: Plan, name: str) -> list[Result]:
    """The decoded images of a set that asks no model, a result a shard.

    A shard knows its own images alone: neither their positions, which follow from the names of all
    others, nor the settings of the set.
    """
    run = plan.run
    split = run.settings["image_sets"][name]["split"]
    images = run.images(split)
    every = list(images)
    members = {every[position]: position for position in positions(plan, name)}
    digests = run.dataset.digests(split) if run.dataset else []
    found = []
    for bits, names in shards(members, run.settings["shard"]).items():
        parameters = {
            "split": split,
            "names": names,
            "labels": [images[one] for one in names],
        }
        given = (
            Given(digest_of_named((one, digests[members[one]]) for one in names))
            if run.dataset
            else demo(plan)["dataset"]
        )
        found.append(decoding(plan, "pictures", f"{name}.{bits}".rstrip("."), parameters, given))
    return found


def explained_shards(plan: Plan, name: str) -> list[tuple[str, dict, dict]]:
    """The shards in which a set is explained: label, parameters and inputs of each.

    Those of a set that asks the model are ranges of its rows, as many as it may have at most.
    """
    chosen = plan.run.settings["image_sets"][name]
    if not asks_the_model(chosen):
        return [
            (part.label, {}, {"images": part["images"], "table": part["table"]})
            for part in picture_shards(plan, name)
        ]
    whole = image_set(plan, name)
    most = chosen.get("confusions") or chosen["per_class"] * len(plan.run.classes)
    return [
        (
            f"{name}.{start}".removesuffix(".0"),
            {"rows": [start, end]},
            {"images": whole["images"], "table": whole["index"]},
        )
        for start, end in slots(most, plan.run.settings["shard"])
    ]


def set_files(plan: Plan, names: Iterable[str]) -> dict[str, list[Ref]]:
    """The arrays and the tables of image sets, in the order of their names."""
    sets = [image_set(plan, name) for name in names]
    return {"images": [one["images"] for one in sets], "tables": [one["table"] for one in sets]}
