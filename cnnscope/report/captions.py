"""Captions, which are written in reStructuredText for Snakemake's own report, as HTML."""

import re
from collections.abc import Mapping
from types import SimpleNamespace

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False)


def filled(caption: str, settings: Mapping, layer: str = "") -> str:
    """A caption in which Snakemake's own report fills in settings and the layer of a figure."""
    job = SimpleNamespace(
        params=SimpleNamespace(settings=settings), wildcards=SimpleNamespace(layer=layer)
    )
    return _ENVIRONMENT.from_string(caption).render(snakemake=job)


def markup(caption: str) -> Markup:
    """Paragraphs and ``literals`` as HTML; all else is text, whatever it holds."""
    paragraphs = re.split(r"\n\s*\n", caption.strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(_literals(" ".join(one.split()))) for one in paragraphs
    )


def _literals(paragraph: str) -> Markup:
    parts = re.split(r"``(.+?)``", paragraph)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
