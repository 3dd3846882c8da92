"""What is asked of pictures that are no dataset, where the shipped questions do not fit them."""

from collections.abc import Collection, Mapping, Sequence

from cnnscope.data.loose_pictures import PICTURES
from cnnscope.errors import UserError
from cnnscope.planning.questions import OF_SETS

# How networks are given photographs that were trained on ImageNet.
_IMAGENET = {
    "size": 224, "fit": "crop", "resize": 256,
    "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
}  # fmt: skip
_FEW = 4
# Photographs are large and not all of them are worth a minute each.
_QUICK: Mapping = {
    "activations": {"layers": {"types": ["Conv2d"]}},
    "lime": {"samples": 500},
    "shap": {"background": 4},
    "deletion": {"steps": 8},
    "insertion": {"steps": 8},
}


def fit_pictures(
    settings: dict,
    given: Mapping,
    shipped: Mapping,
    methods: Collection[str],
    labels: Sequence[int],
) -> list[str]:
    """Ask of pictures what can be answered, wherever the user has not asked otherwise.

    The shipped image sets give way to `gallery`, all pictures, and `few`, of which every channel of
    every convolution is shown. The class that is explained is the predicted one. An image is
    prepared as for ImageNet, and LIME, SHAP and the metrics do less for each than for the small
    images of a dataset. There is no scoreboard unless it is asked for.

    Args:
        given: the settings of the user alone.
        shipped: those of config.yaml.
        methods: the names of the attribution methods.
        labels: the class of each picture, -1 where it is unknown.

    Returns:
        A line for each question that is left out, with the reason.

    Raises:
        UserError: there is no trained network, or a question needs what there is not.
    """
    model, path = settings["model"], settings["dataset"]["path"]
    if settings["training"]["start"]:
        raise UserError(
            f"training.start: {path} holds pictures and no training/, so there is nothing to train "
            "on; leave it out to ask the network as it is"
        )
    if not model["checkpoint"]:
        raise UserError(
            f"model.checkpoint: {path} holds pictures and no training/, so there is nothing to "
            "train on; give the weights of a trained network"
        )
    if not model["weights"]:
        # Those with a name have settled it.
        _fill(settings["image"], given.get("image"), _IMAGENET)
    for section in ("confusion", "top_images"):
        _fill(settings[section], given.get(section), {"split": PICTURES})
    sets = settings["image_sets"]
    for name in shipped["image_sets"].keys() - given.get("image_sets", {}).keys():
        del sets[name]
    sets.setdefault("gallery", {"split": PICTURES, "positions": "all"})
    few = "gallery"
    if len(labels) > _FEW:
        few = "few"
        positions = [n * len(labels) // _FEW for n in range(_FEW)]
        sets.setdefault(few, {"split": PICTURES, "positions": positions})
    explaining = {*methods, "shortcuts"}
    for question in (*methods, *OF_SETS):
        asked = {"images": ["gallery" if question in explaining else few]}
        asked |= {"target": "predicted"} if question in explaining else {}
        _fill(settings[question], given.get(question), asked)
    if "questions" not in given and "scores" in settings["questions"]:
        # Below each map its scores stand anyway; the controls' would take longer than all maps.
        settings["questions"].remove("scores")
    for question, values in _QUICK.items():
        _fill(settings[question], given.get(question), values)
    return _left_out(settings, given, any(label >= 0 for label in labels))


def _left_out(settings: dict, given: Mapping, labelled: bool) -> list[str]:
    lines = []
    if not labelled:
        why = "the pictures have no labels (dataset.labels: a CSV file with the columns file,label)"
        if "confusion" in given.get("questions", ()):
            raise UserError(f"questions: confusion cannot be answered, for {why}")
        if "confusion" in settings["questions"]:
            settings["questions"].remove("confusion")
        lines += [f"{name}: left out, for {why}" for name in ("confusion", "class_distribution")]
    else:
        lines.append("class_support: left out, for there are no training images")
    if not settings["model"]["history"]:
        why = "the network was trained elsewhere (model.history: a CSV file of its training)"
        lines.append(f"training_curves: left out, for {why}")
    return lines


def _fill(section: dict, given: Mapping | None, values: Mapping) -> None:
    section.update({key: value for key, value in values.items() if key not in (given or {})})
