"""`cnnscope methods`, `metrics` and `settings`: what there is to choose from."""

import argparse
import sys
from collections.abc import Mapping, Sequence

import yaml

from cnnscope.command.terminal import bold, table
from cnnscope.command_line import WORKFLOW
from cnnscope.near import unknown
from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics
from cnnscope.settings_table import rows_of


def methods(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """A line an attribution method, and below them the controls."""
    declared = declared_methods()
    for heading, controls in (
        ("attribution methods", False),
        ("controls, which explain nothing", True),
    ):
        chosen = {name: one for name, one in declared.items() if one.control == controls}
        rows = [
            (name, "signed" if one.signed else "", one.summary.removeprefix("control: "))
            for name, one in chosen.items()
        ]
        print(f"{bold(heading, sys.stdout)}\n{table(rows)}\n")
    print("cnnscope settings METHOD lists the options of one")
    return 0


def metrics(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """A line a metric, with whether lower or higher scores are better."""
    rows = [
        (name, f"{one.better} is better", one.category, one.summary)
        for name, one in declared_metrics().items()
    ]
    print(f"{table(rows)}\n\ncnnscope settings METRIC lists the options of one")
    return 0


def settings(asked: argparse.Namespace, behind: Sequence[str]) -> int:
    """The settings of a section, or one of them; without a word, the sections."""
    properties = _properties()
    if asked.section is None:
        rows = [(name, one.get("description", "")) for name, one in properties.items()]
        print(f"{table(rows)}\n\ncnnscope settings SECTION lists what is in one")
        return 0
    section, _, key = asked.section.partition(".")
    if section not in properties:
        return _wrong(unknown("section", section, properties))
    shipped = yaml.safe_load((WORKFLOW / "config.yaml").read_text())
    rows = list(rows_of(properties[section], section, shipped.get(section, {})))
    if key:
        paths = [path for path, *_ in rows]
        rows = [row for row in rows if f"{row[0]}.".startswith(f"{asked.section}.")]
        if not rows:
            return _wrong(unknown("setting", asked.section, paths))
    for path, kind, default, meaning in rows:
        told = default if default == "needed" else f"default {default}"
        print(f"{bold(path, sys.stdout)}: {kind}; {told}".replace("`", ""))
        print(f"    {meaning}")
    return 0


def sections() -> list[str]:
    return list(_properties())


def _properties() -> Mapping[str, Mapping]:
    file = WORKFLOW / "schemas" / "config.schema.yaml"
    return config_schema(file, declared_methods(), declared_metrics())["properties"]


def _wrong(line: str) -> int:
    print(f"cnnscope: {line}", file=sys.stderr)
    return 2
