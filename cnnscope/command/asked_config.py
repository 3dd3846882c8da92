"""The config of a call of `cnnscope explain`: what its words mean in the settings of a run."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from cnnscope.command_line import WORKFLOW
from cnnscope.config_files import read_config
from cnnscope.errors import UserError
from cnnscope.file_address import address_of
from cnnscope.networks.architecture import TIMM, own_file
from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics
from cnnscope.settings import merge, told

MODEL = "resnet18"
# Settings that may name a file. They are made absolute, because a run works in OUT.
_FILES = (
    *(("dataset", key) for key in ("classes", "labels", "background", "masks")),
    *(("model", key) for key in ("checkpoint", "history")),
)
_BACKGROUNDS = ("training", "pictures", "blurred")
_CHECKPOINTS = (".pth", ".pt", ".ckpt", ".safetensors", ".bin")


def asked_config(asked: argparse.Namespace) -> dict:
    """What lies over config.yaml: the file, then `--set`, then the other options.

    Raises:
        UserError: the file cannot be read, an entry is no KEY=VALUE, or a section is no mapping.
    """
    schema = config_schema(
        WORKFLOW / "schemas" / "config.schema.yaml", declared_methods(), declared_metrics()
    )
    config = read_config(Path(asked.configfile)) if asked.configfile else {}
    config = merge(config, _entries(asked.set), schema)
    for section in ("dataset", "model"):
        if not isinstance(config.setdefault(section, {}), Mapping):
            raise UserError(f"config: {section}: {told(config[section])} is no object")
    config["dataset"] = {**config["dataset"], "path": address_of(_pictures(asked.pictures))}
    config["model"] = _model(asked, config["model"])
    config["output"] = address_of(absolute(asked.out))
    if asked.methods:
        config["questions"] = list(dict.fromkeys(asked.methods))
    for section, key in _FILES:
        value = config[section].get(key)
        if isinstance(value, str) and value not in _BACKGROUNDS and Path(value).exists():
            config[section] = {**config[section], key: str(absolute(value))}
    return config


def absolute(path: str) -> Path:
    """The absolute path, without `..`; links stay, by whose names the user knows the place."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _pictures(name: str) -> Path:
    if not Path(name).exists():
        raise UserError(f"PICTURES: there is no picture, folder or archive {name}")
    return absolute(name)


def _model(asked: argparse.Namespace, given: Mapping) -> dict:
    model = dict(given)
    if asked.model:
        model["architecture"] = asked.model
    if asked.weights:
        model |= _weights(asked.weights)
    architecture = model.setdefault("architecture", MODEL)
    if file := own_file(str(architecture)):
        name = str(architecture).rpartition(":")[2]
        model["architecture"] = f"{absolute(str(file))}:{name}"
    if not model.get("weights") and not model.get("checkpoint"):
        if file:
            raise UserError(f"--weights: give the file or the address of those of {architecture}")
        model["weights"] = "pretrained" if str(architecture).startswith(TIMM) else "DEFAULT"
    return model


def _weights(text: str) -> dict[str, str]:
    """The settings that `--weights` stands for: a name, or a file or an address."""
    is_place = Path(text).is_file() or "/" in text or text.endswith(_CHECKPOINTS)
    return {"checkpoint" if is_place else "weights": text}


def _entries(entries: list[str]) -> dict:
    """The settings of `--set a.b=value`, whose values are read as YAML."""
    settings: dict = {}
    for entry in entries:
        key, equals, text = entry.partition("=")
        if not equals or not all(key.split(".")):
            raise UserError(f"--set: {entry} is no KEY=VALUE, as in lime.samples=500")
        try:
            value = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, RecursionError):
            # Text such as a: b: c is meant as it stands.
            value = text
        *above, last = key.split(".")
        section = settings
        for name in above:
            if not isinstance(section.get(name), dict):
                section[name] = {}
            section = section[name]
        section[last] = value
    return settings
