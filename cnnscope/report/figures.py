"""The published figures with their captions, by layer and by category."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from cnnscope.figures.style import layer_name
from cnnscope.report.captions import filled, markup
from cnnscope.report.embedding import figure


@dataclass(frozen=True)
class Shown:
    """A figure of the page.

    Attributes:
        layer: the one that it is about; None where it is about none.
        made: where the page says what it was made from.
        source: a data address.
        size: width and height in pixels.
    """

    title: str
    category: str
    caption: Markup
    layer: str | None
    made: str
    source: str
    size: tuple[int, int]


def shown(declared: Sequence[Mapping], files: Sequence[str], facts: Sequence[Mapping]) -> list:
    """The figures, and of each folder of figures all that lie in it.

    Args:
        declared: `title`, `category`, `caption`, `filled_in`, `made` and `layer` of each, and
            whether its layer is `told` by facts.
        files: a figure or a folder of figures each.
        facts: of those whose layer is told, in order.
    """
    told = iter(facts)
    return [
        one
        for about, file in zip(declared, files, strict=True)
        for one in _of_entry(about, Path(file), next(told) if about["told"] else None)
    ]


def by_layer(figures: Sequence[Shown]) -> dict[str, list[Shown]]:
    """The figures of each layer; the layers that most is shown of come first."""
    layers: dict[str, list[Shown]] = {}
    for one in figures:
        if one.layer is not None:
            layers.setdefault(one.layer, []).append(one)
    return dict(sorted(layers.items(), key=lambda entry: -len(entry[1])))


def by_category(figures: Sequence[Shown]) -> dict[str, list[Shown]]:
    """The figures that are about no single layer, in the order of their categories."""
    found: dict[str, list[Shown]] = {}
    for one in figures:
        if one.layer is None:
            found.setdefault(one.category, []).append(one)
    return dict(sorted(found.items()))


def _of_entry(about: Mapping, file: Path, facts: Mapping | None) -> Iterator[Shown]:
    if file.is_dir():
        for one in sorted(file.glob("[!.]*"), key=_as_people_count):
            yield _figure(about, one, one.stem)
    elif facts is not None:
        yield _figure(about, file, facts["layer"], layer_name(facts))
    else:
        yield _figure(about, file, about["layer"])


def _as_people_count(file: Path) -> list:
    """What to sort names by so that `cnn.2` comes before `cnn.10`."""
    return [int(part) if part.isdecimal() else part for part in re.split("([0-9]+)", file.stem)]


def _figure(about: Mapping, file: Path, layer: str | None, title: str | None = None) -> Shown:
    caption = about["caption"]
    if about["filled_in"]:
        caption = filled(caption, about["filled_in"], layer or "")
    of_layer = title or layer
    return Shown(
        f"{about['category']}: {of_layer}" if of_layer else about["title"],
        about["category"],
        markup(caption),
        layer,
        about["made"],
        *figure(file),
    )
