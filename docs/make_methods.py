"""Write the list of attribution methods: python docs/make_methods.py > docs/methods.md"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cnnscope.attribution.method import Method  # noqa: E402
from cnnscope.planning.methods import declared_methods  # noqa: E402

HEAD = """\
# Attribution methods

Made from what each file in `cnnscope/attribution/` declares, by
`python docs/make_methods.py > docs/methods.md`.

Each is a question (`questions: [grad_cam]`), a target (`snakemake grad_cam`) and a section of the
settings, listed with its options in [config.md](config.md). All of them side by side:
`snakemake compare --config compare='{methods: all}'`. **Signed** maps also show what speaks against
the class. Arrays are raw, in the units given: neither normalised nor clipped; every map of a figure
has its own scale. Each has a page: what it computes, its values, options and needs.
"""
GALLERY = """
## The same picture

What each makes of one picture of the demo, for the class `egg`. Maps in different units are
compared by where they are bright, not by how bright they are.

![The picture](methods/picture.png)
"""
_COLUMNS = 4
CONTROLS = """
## Controls

They look at no network. A method whose maps score no better than these has found nothing.
"""


def page(methods: dict[str, Method]) -> str:
    """The whole page."""
    real = {name: one for name, one in methods.items() if not one.control}
    controls = {name: one for name, one in methods.items() if one.control}
    lists = [HEAD, *table(real), CONTROLS, *table(controls)]
    return "\n".join([*lists, GALLERY, *gallery(real | controls), ""])


def table(methods: dict[str, Method]) -> Iterator[str]:
    """A row a method."""
    yield "| method | what it is | units | signed | source |"
    yield "|---|---|---|---|---|"
    for name, one in methods.items():
        summary = one.summary.removeprefix("control: ")
        what = summary[0].upper() + summary[1:]
        signed = "yes" if one.signed else ""
        yield f"| [`{name}`](methods/{name}.md) | {what} | {one.units} | {signed} | {one.paper} |"


def gallery(methods: dict[str, Method]) -> Iterator[str]:
    """The picture of each method over its title, in rows of four."""
    names = list(methods)
    yield "| " * _COLUMNS + "|"
    yield "|---" * _COLUMNS + "|"
    for first in range(0, len(names), _COLUMNS):
        row = names[first : first + _COLUMNS]
        pictures = [f"![{methods[name].title}](methods/{name}.png)" for name in row]
        titles = [f"[{methods[name].title}](methods/{name}.md)" for name in row]
        for cells in (pictures, titles):
            yield f"| {' | '.join(cells + [''] * (_COLUMNS - len(row)))} |"


if __name__ == "__main__":
    print(page(declared_methods()), end="")
