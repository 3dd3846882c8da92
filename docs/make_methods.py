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
has its own scale.
"""
CONTROLS = """
## Controls

They look at no network. A method whose maps score no better than these has found nothing.
"""


def page(methods: dict[str, Method]) -> str:
    """The whole page."""
    real = {name: one for name, one in methods.items() if not one.control}
    controls = {name: one for name, one in methods.items() if one.control}
    return "\n".join([HEAD, *table(real), CONTROLS, *table(controls), ""])


def table(methods: dict[str, Method]) -> Iterator[str]:
    """A row a method."""
    yield "| method | what it is | units | signed | source |"
    yield "|---|---|---|---|---|"
    for name, one in methods.items():
        summary = one.summary.removeprefix("control: ")
        what = summary[0].upper() + summary[1:]
        signed = "yes" if one.signed else ""
        yield f"| `{name}` | {what} | {one.units} | {signed} | {one.paper} |"


if __name__ == "__main__":
    print(page(declared_methods()), end="")
