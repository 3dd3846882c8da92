"""The page: a template, a style and scripts of ours, and the data that these read."""

import json
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cnnscope.report.parts import SCRIPTS, STYLE, TEMPLATE

_FOLDER = Path(__file__).parent


def page(data: Mapping, **contents) -> str:
    """The whole page, which needs no other file.

    Whatever a name holds, it stays text: the template escapes it, and so does the JSON that the
    script reads.

    Args:
        data: plain values for the script.
        contents: what the template shows.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = _plain
    parts = {
        "style": Markup(_read(STYLE)),
        "script": Markup("\n".join(_read(name) for name in SCRIPTS)),
    }
    return environment.get_template(TEMPLATE).render(data=data, **parts, **contents)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _plain(value) -> str:
    """A setting as YAML and JSON both write it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
