"""Write the reference of all settings: python docs/make_config.py > docs/config.md"""

import sys
from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics  # noqa: E402

HEAD = """\
# Settings

Made from `schemas/config.schema.yaml`, `config.yaml` and what each method in
`cnnscope/attribution/` and each metric in `cnnscope/evaluation/` declares, by
`python docs/make_config.py > docs/config.md`.

`config.yaml` is read first. What you give lies over it, key by key: `--configfile mine.yaml`, then
`--config seed=1 lime='{samples: 500}'`. Lists, `image_sets`' sets, `model.arguments` and
`lime.segmentation` are replaced whole. An unknown key or a value out of range ends the run before
anything is computed.

**Paths** (`dataset.path`, `model.checkpoint`, `model.history`, `output`, the file of your own
`model.architecture`) are relative to the working directory, as all paths of Snakemake are: the
folder in which you call it, or the one after `--directory`. `results/` lies there too. The file
after `--configfile` is looked for where you call. `bash hw5.sh DATASET OUTPUT` finds its two
arguments where you call, and works in its own folder. They become `dataset.path` and `output`,
whatever else is given for these, in the form of addresses: `file:///my%20photos`. Write your own so
after `--config` if a shell or YAML would take a path for something else. Snakemake passes over the
`config:` of a profile where `--config` is given, and so it does with DATASET and OUTPUT.
"""
NUMBER = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}
LIMITS = {"integer": NUMBER, "number": NUMBER, "string": {"pattern": "of the form"}}
TYPES = {"object": "mapping", "null": "`null`"}


def page(schema: Mapping, shipped: Mapping) -> str:
    """Markdown: a section a mapping at the top of the config, a row a key."""
    general, sections = [], []
    for name, below in schema["properties"].items():
        found = list(leaf(below, name, shipped.get(name, {})))
        if below.get("type") == "object":
            sections.append(f"## {name}\n\n{escaped(below['description'])}\n\n" + table(found))
        else:
            general += found
    return "\n\n".join([HEAD.strip(), "## The run\n\n" + table(general), *sections]) + "\n"


def table(rows: list[str]) -> str:
    return "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *rows])


def leaf(schema: Mapping, path: str, default, needed: bool = False) -> Iterator[str]:
    """The row of a key; of a mapping with known keys, theirs."""
    if "properties" not in schema or "default" in schema:
        shown = "needed" if needed else "–" if default is ... else code(default)
        cells = (f"`{path}`", kind(schema), shown, escaped(schema["description"]))
        yield f"| {' | '.join(cells)} |"
    inner = (
        (schema, ""),
        (schema.get("items"), "[]"),
        (schema.get("additionalProperties"), ".NAME"),
    )
    for one, mark in inner:
        if isinstance(one, Mapping):
            for name, below in one.get("properties", {}).items():
                value = below.get("default", ...)
                if not mark and isinstance(default, Mapping):
                    value = default.get(name, value)
                yield from leaf(
                    below, f"{path}{mark}.{name}", value, name in one.get("required", ())
                )


def kind(schema: Mapping) -> str:
    """What may stand there: choices, or types with their limits."""
    if "anyOf" in schema:
        return " or ".join(map(kind, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(map(code, schema.get("enum", [schema.get("const")])))
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = [
        f"list of {kind(schema['items'])}" if one == "array" else TYPES.get(one, one)
        for one in types
    ]
    if types[-1] == "null":
        # The limits come last: "integer or `null`, at least `1`".
        words[-2:] = [" or ".join(words[-2:])]
    return " or ".join(map(limited, words, types, repeat(schema)))


def limited(word: str, name: str, schema: Mapping) -> str:
    """The word for a type, and what limits the values of this type."""
    limits = LIMITS.get(name, {}).items()
    return ", ".join([word, *(f"{said} `{schema[key]}`" for key, said in limits if key in schema)])


def code(value) -> str:
    """A value as YAML writes it in a line."""
    text = yaml.safe_dump([value], default_flow_style=True, width=10_000, sort_keys=False)
    return f"`{text.strip()[1:-1]}`"


def escaped(text: str) -> str:
    """Markdown takes what stands between angle brackets for HTML, and a bar for the next cell."""
    return text.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    schema = config_schema(
        ROOT / "schemas" / "config.schema.yaml", declared_methods(), declared_metrics()
    )
    print(page(schema, yaml.safe_load((ROOT / "config.yaml").read_text())), end="")
