"""Snakemake's options that take as many words as follow, or one or none, and what fits them.

Written down because its own parser takes a second to import; a test holds both side by side.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Greedy:
    """An option: how few and how many words it takes, and whether a word can be one of them."""

    takes: str
    fits: Callable[[str], bool]
    least: int = 1
    most: int | None = None
    choices: tuple[str, ...] = ()


def _is_config(word: str) -> bool:
    if word.endswith((".yaml", ".yml", ".json")):
        return True
    try:
        return Path(word).exists() and not Path(word).is_dir()
    except OSError:
        return False


def _choice(*choices: str, least: int = 1, most: int | None = None) -> Greedy:
    return Greedy(" or ".join(choices), choices.__contains__, least, most, choices)


def _anything(least: int = 1, most: int | None = None) -> Greedy:
    """For values that could as well be targets: all that follow are the option's."""
    return Greedy("a value", lambda word: True, least, most)


def _pairs() -> Greedy:
    return Greedy("KEY=VALUE", lambda word: "=" in word)


_PAIRS = _pairs()
_SPELLED: dict[str, Greedy] = {
    "--configfile --configfiles": Greedy("a config file", _is_config),
    # Without a pair it does nothing: a word behind it was meant to be one. It is an object of its
    # own, because whoever asks which option a word names compares by identity.
    "--config -C": _pairs(),
    "--resources --res": _PAIRS,
    "--set-threads": _PAIRS,
    "--set-resources": _PAIRS,
    "--set-scatter": _PAIRS,
    "--set-resource-scopes": _PAIRS,
    "--default-resources --default-res": Greedy("NAME=VALUE", lambda word: "=" in word, 0),
    "--consider-ancient": _PAIRS,
    "--groups": _PAIRS,
    "--group-components": _PAIRS,
    "--rerun-triggers": _choice("code", "input", "mtime", "params", "software-env"),
    "--strict-dag-evaluation": _choice("cyclic-graph", "functions", "periodic-wildcards"),
    "--quiet -q": _choice("all", "host", "progress", "reason", "rules", least=0),
    "--shared-fs-usage": _choice(
        "input-output",
        "persistence",
        "software-deployment",
        "software-deployment-cache",
        "source-cache",
        "sources",
        "storage-local-copies",
        "none",
    ),
    "--software-deployment-method --deployment-method --deployment --sdm": _choice(
        "apptainer", "conda", "env-modules"
    ),
    "--lint": _choice("text", "json", least=0, most=1),
    "--containerize": _choice("dockerfile", "apptainer", least=0, most=1),
    "--dag": _choice("dot", "mermaid-js", least=0, most=1),
    "--rulegraph": _choice("dot", "mermaid-js", least=0, most=1),
    "--conda-cleanup-pkgs": _choice("tarballs", "cache", least=0, most=1),
    "--report": Greedy("a file", lambda word: word.endswith((".html", ".zip")), 0, 1),
    "--scheduler": _anything(0, 1),
    "--generate-unit-tests": _anything(0, 1),
    "--cache": _anything(0),
    "--preemptible-rules": _anything(0),
    "--forcerun -R": _anything(0),
    "--wait-for-files": _anything(0),
    "--envvars": _anything(),
    "--prioritize -P": _anything(),
    "--until -U": _anything(),
    "--omit-from -O": _anything(),
    "--cleanup-metadata --cm": _anything(),
    "--omit-flags": _anything(),
    "--unneeded-temp-files": _anything(),
    "--allowed-rules": _anything(),
    "--logger": _anything(),
    "--target-jobs": _anything(),
}
GREEDY = {name: option for names, option in _SPELLED.items() for name in names.split()}
# Whole names of other options, with which names of greedy ones begin.
OTHERS = ("--force", "--li")
# Letters that take no value, so that another may follow at once, as in -npq.
FLAGS = "hntkfFlSDvpa"
_BUNDLE = re.compile(rf"-[{FLAGS}]*([A-Za-z])(.*)", re.DOTALL)


def named(word: str) -> tuple[Greedy, str | None] | None:
    """The greedy option that a word names, and the one value attached to it, if any."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        option, attached = GREEDY.get(name) or _abbreviated(name), value if equals else None
    else:
        bundle = _BUNDLE.fullmatch(word)
        option = GREEDY.get(f"-{bundle[1]}") if bundle else None
        attached = bundle[2].removeprefix("=") if bundle and bundle[2] else None
    return (option, attached) if option else None


def _abbreviated(name: str) -> Greedy | None:
    if len(name) < 4 or name in OTHERS:
        return None
    options: Sequence[Greedy] = [GREEDY[one] for one in GREEDY if one.startswith(name)]
    return options[0] if options and all(one is options[0] for one in options) else None
