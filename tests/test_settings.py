from pathlib import Path

import pytest
import yaml

from cnnscope.errors import UserError
from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics
from cnnscope.settings import complete, defaults, merge, typed

ROOT = Path(__file__).parents[1]
SCHEMA_FILE = ROOT / "schemas" / "config.schema.yaml"
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "seed": {"type": "integer", "minimum": 0, "default": 7, "description": "the seed"},
        "model": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "default": "net"},
                "arguments": {"type": "object", "default": {"width": 1}},
            },
        },
        "sets": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"which": {"enum": ["any", "wrong"], "default": "any"}},
            },
        },
        "list": {"type": "array", "items": {"type": "integer"}},
    },
}


def test_fills_in_defaults_at_every_level():
    assert complete({"sets": {"a": {}}}, SCHEMA) == {
        "seed": 7,
        "model": {"name": "net", "arguments": {"width": 1}},
        "sets": {"a": {"which": "any"}},
    }


def test_overlay_changes_one_key_and_keeps_its_neighbours():
    base = {"seed": 1, "model": {"name": "a", "arguments": {"width": 1}}}
    merged = merge(base, {"model": {"name": "b"}}, SCHEMA)
    assert merged == {"seed": 1, "model": {"name": "b", "arguments": {"width": 1}}}


def test_overlay_replaces_free_mappings_and_lists_whole():
    base = {"model": {"arguments": {"width": 1}}, "sets": {"a": {"which": "wrong"}}, "list": [1, 2]}
    overlay = {"model": {"arguments": {"depth": 2}}, "sets": {"a": {}}, "list": [3]}
    assert merge(base, overlay, SCHEMA) == overlay


def test_text_from_the_command_line_becomes_what_the_schema_wants():
    assert typed({"seed": "3", "model": {"name": "3"}, "list": ["1"]}, SCHEMA) == {
        "seed": 3,
        "model": {"name": "3"},
        "list": [1],
    }


def test_the_word_null_is_none_where_null_is_taken():
    schema = {"properties": {"path": {"type": ["string", "null"]}, "name": {"type": "string"}}}
    assert typed({"path": "null", "name": "null"}, schema) == {"path": None, "name": "null"}


def test_text_is_read_as_a_number_where_the_schema_lets_anything_in():
    given = {"width": "0.5", "depth": "3", "bias": "false", "kind": "on", "sizes": ["1", "a"]}
    assert typed({"model": {"arguments": given}}, SCHEMA)["model"]["arguments"] == {
        "width": 0.5,
        "depth": 3,
        "bias": False,
        "kind": "on",
        "sizes": [1, "a"],
    }


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sed": 1}, "unknown key 'sed'; did you mean 'seed'?"),
        ({"model": {"nme": "a"}}, "unknown key 'model.nme'; did you mean 'name'?"),
        ({"sets": {"a": {"whch": "any"}}}, "unknown key 'sets.a.whch'; did you mean 'which'?"),
        ({"seed": "one"}, "seed: 'one' is no integer (the seed)"),
        ({"seed": True}, "seed: True is no integer"),
        ({"seed": -1}, "seed: -1 is out of range: minimum 0"),
        ({"sets": {"a": {"which": "all"}}}, "sets.a.which: 'all' is none of any, wrong"),
        ({"list": [1, "x"]}, "list.1: 'x' is no integer"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(settings, said):
    with pytest.raises(UserError) as caught:
        complete(settings, SCHEMA)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_config_and_schema_say_the_same():
    schema = config_schema(SCHEMA_FILE, declared_methods(), declared_metrics())
    shipped = yaml.safe_load((ROOT / "config.yaml").read_text())
    filled = complete(shipped, schema)
    assert filled == complete(defaults(schema), schema)
    # Of methods it shows those that are asked by default, of metrics two; docs/config.md has all.
    declared = declared_methods().keys() | declared_metrics().keys()
    assert filled.keys() - shipped.keys() == declared - shipped.keys()
    assert declared & {*shipped["questions"], "deletion", "insertion"} == declared & shipped.keys()


def test_every_setting_is_described():
    schema = config_schema(SCHEMA_FILE, declared_methods(), declared_metrics())

    def leaves(node, path):
        for name, below in node.get("properties", {}).items():
            if "properties" in below:
                yield from leaves(below, f"{path}.{name}")
            else:
                yield f"{path}.{name}", below

    assert [path for path, leaf in leaves(schema, "") if not leaf.get("description")] == []
