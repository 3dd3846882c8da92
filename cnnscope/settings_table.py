"""The settings as rows: the key, what may stand there, the default and the meaning."""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import NamedTuple

import yaml

NUMBER = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}
LIMITS = {"integer": NUMBER, "number": NUMBER, "string": {"pattern": "of the form"}}
TYPES = {"object": "mapping", "null": "`null`"}


class Row(NamedTuple):
    """A setting; values in `kind` and `default` stand between backticks."""

    path: str
    kind: str
    default: str
    meaning: str


def rows_of(schema: Mapping, path: str, default, needed: bool = False) -> Iterator[Row]:
    """The row of a key; of a mapping with known keys, theirs."""
    if "properties" not in schema or "default" in schema:
        shown = "needed" if needed else "–" if default is ... else code(default)
        yield Row(path, kind(schema), shown, schema["description"])
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
                yield from rows_of(
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
