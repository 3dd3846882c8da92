"""The attribution methods as their files declare them, and the settings that follow from that."""

import ast
from collections.abc import Mapping
from pathlib import Path

import yaml

from cnnscope.attribution.method import Method
from cnnscope.errors import UserError

ATTRIBUTION = Path(__file__).parents[1] / "attribution"


def declared_methods(folder: Path = ATTRIBUTION) -> dict[str, Method]:
    """Read `METHOD = Method(...)` of each file in `folder`, in the order of the files' names.

    The files are parsed and not run.

    Raises:
        UserError: a declaration has a value that is no literal, or lacks one that it needs.
    """
    declared = {file.stem: _declaration(file) for file in sorted(folder.glob("*.py"))}
    return {name: method for name, method in declared.items() if method}


def config_schema(file: Path, methods: Mapping[str, Method]) -> dict:
    """The JSON Schema of the config: that in `file`, with a section and a question a method."""
    schema = yaml.safe_load(file.read_text())
    sections = {}
    for name, below in schema["properties"].items():
        sections[name] = below
        if name == "image_sets":
            sections |= {method: _section(declared) for method, declared in methods.items()}
    known = sections["questions"]["items"]["enum"]
    new = [method for method in methods if method not in known]
    sections["questions"]["items"]["enum"] = [*known, *new]
    return schema | {"properties": sections}


def _section(method: Method) -> dict:
    images = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "default": list(method.images),
        "description": "names of image sets, such as [gallery]",
    }
    target = {
        "type": ["string", "integer"],
        "minimum": 0,
        "default": method.target,
        "description": "true, predicted, or a class by number or name",
    }
    return {
        "type": "object",
        "description": method.summary,
        "additionalProperties": False,
        "properties": {"images": images, "target": target, **method.options},
    }


def _declaration(file: Path) -> Method | None:
    for node in ast.parse(file.read_bytes(), filename=str(file)).body:
        names = [ast.unparse(name) for name in getattr(node, "targets", ())]
        if isinstance(node, ast.Assign) and names == ["METHOD"]:
            return _evaluated(node.value, file)
    return None


def _evaluated(call: ast.expr, file: Path) -> Method:
    if not isinstance(call, ast.Call) or call.args:
        raise UserError(f"{file}: METHOD is declared as Method(name=value, ...)")
    try:
        values = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        return Method(**values)
    except (TypeError, ValueError) as error:
        raise UserError(f"{file}, line {call.lineno}: METHOD: {error}") from error
