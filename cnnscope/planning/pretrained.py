"""What a name in `model.weights` settles: the file, its hash, the preprocessing, the classes."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cnnscope
from cnnscope.errors import UserError
from cnnscope.networks.architecture import TIMM

# Made by docs/make_torchvision_weights.py: to ask torchvision would take longer than all of a plan.
_TABLE = Path(cnnscope.__file__).parent / "networks" / "torchvision_weights.json"
_HUB = "https://huggingface.co"


@dataclass(frozen=True)
class Weights:
    """Weights that were trained elsewhere.

    Attributes:
        address: of their file.
        sha256: the first digits of its hash; None where nobody tells.
        image: settings of the section `image`, as in their training; empty where nobody tells.
        arguments: with which the architecture has to be built for them.
    """

    address: str
    sha256: str | None = None
    image: Mapping = field(default_factory=dict)
    arguments: Mapping = field(default_factory=dict)


def fill_from_weights(settings: dict, given: Mapping, defaults: Mapping) -> None:
    """Fill in what the weights settle and the user does not.

    Args:
        settings: of a run, complete; the sections `model` and `image` are changed.
        given: what the user lays over config.yaml.
        defaults: of the schema.

    Raises:
        UserError: no weights have this name, or nothing tells how they were trained.
    """
    model, image = settings["model"], settings["image"]
    if model["weights"] is None:
        return
    weights = named_weights(model["architecture"], model["weights"])
    # Whoever edits config.yaml itself has settled what is no longer as it was shipped.
    own = {key for key in image if image[key] != defaults["image"][key]}
    own |= given.get("image", {}).keys()
    missing = [key for key in ("size", "mean", "std") if key not in own | weights.image.keys()]
    if missing:
        raise UserError(
            f"image.{missing[0]}: nothing tells it of {model['architecture']}; its page on the Hub "
            "does, and in timm the model's pretrained_cfg (input_size, mean, std)"
        )
    # A photograph is resized for the square that is cut from it.
    settled = own | {"resize"} if own & {"size", "fit"} else own
    image |= {key: value for key, value in weights.image.items() if key not in settled}
    model["arguments"] = {**weights.arguments, **model["arguments"]}
    model["checkpoint"] = model["checkpoint"] or weights.address
    model["sha256"] = model["sha256"] or weights.sha256


def named_weights(architecture: str, name: str) -> Weights:
    """The weights `name` of an architecture of torchvision, timm or the Hugging Face Hub."""
    if architecture.startswith(TIMM):
        return Weights(_address_on_hub(architecture, name))
    known = _table()["architectures"]
    if architecture not in known:
        raise UserError(
            f"model.weights: {architecture} has none by name; {_near(architecture, known)}"
            "give its file or address in model.checkpoint"
        )
    of_name = known[architecture]["weights"]
    key = known[architecture]["default"] if name == "DEFAULT" else name
    if key not in of_name:
        raise UserError(
            f"model.weights: {architecture} has no '{name}'; {_near(name.upper(), of_name)}"
            f"there are DEFAULT, {', '.join(of_name)}"
        )
    found = of_name[key]
    image = {key: found[key] for key in ("size", "resize", "interpolation", "mean", "std")}
    return Weights(found["url"], found["sha256"], image | {"fit": "crop"}, found["arguments"])


def class_names(settings: Mapping) -> list[str] | None:
    """The names of the classes that the weights tell apart; None where nobody tells."""
    model = settings["model"]
    if not (model["weights"] and is_of_torchvision(model["architecture"])):
        return None
    if settings["training"]["start"]:
        # What is trained further tells the classes of the dataset apart.
        return None
    names = _table()["categories"]
    # The head of a network that was trained further may tell others apart.
    return names if model["arguments"].get("num_classes") == len(names) else None


def architectures() -> list[str]:
    """The architectures that torchvision has weights for."""
    return list(_table()["architectures"])


def is_of_torchvision(architecture: str) -> bool:
    """Whether torchvision has weights for an architecture."""
    return architecture in _table()["architectures"]


def _address_on_hub(architecture: str, name: str) -> str:
    if architecture.startswith("timm/"):
        model, _, tag = architecture.removeprefix("timm/").partition(".")
        tag = tag if name == "pretrained" else name
        if not tag:
            raise UserError(
                f"model.weights: {architecture} has several; name the tag of one, as in "
                f"resnet50.a1_in1k: python -c 'import timm; "
                f'print(timm.list_pretrained("{model}"))\' lists them'
            )
        repository, revision = f"timm/{model}.{tag}", "main"
    else:
        repository, _, revision = architecture.removeprefix("hf-hub:").partition("@")
        if name != "pretrained":
            raise UserError(f"model.weights: {architecture} has no '{name}', only 'pretrained'")
    return f"{_HUB}/{repository}/resolve/{revision or 'main'}/model.safetensors"


def _near(word: str, known: Mapping) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}? Else " if close else ""


@cache
def _table() -> dict:
    return json.loads(_TABLE.read_text(encoding="utf-8"))
