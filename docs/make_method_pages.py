"""Write a page for each attribution method: python docs/make_method_pages.py docs/methods"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from make_config import escaped, table  # noqa: E402

from cnnscope.attribution.method import Method  # noqa: E402
from cnnscope.planning.methods import (  # noqa: E402
    config_schema,
    declared_methods,
    declared_metrics,
)
from cnnscope.settings_table import rows_of  # noqa: E402

# A section of a docstring begins with such a line, and its text is indented below it.
_SECTION = re.compile(r"^(Args|Returns|Raises):$|^(Args and errors as for) ", re.MULTILINE)


def page(name: str, method: Method, file: Path, section: Mapping) -> str:
    """The page of a method.

    Args:
        file: of the library, whose docstrings the page tells.
        section: the method's section of the settings, as JSON Schema.
    """
    module = ast.parse(file.read_bytes(), filename=str(file))
    (explain,) = (
        node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "explain"
    )
    told = sections(ast.get_docstring(explain))
    about = ast.get_docstring(module).partition("\n\n")[0]
    parts = [
        f"# {method.title.removesuffix(' (control)')}",
        f"{escaped(about)}",
        f"![The picture]({PICTURE}) ![{method.title}: its map]({name}.png)",
        LEGEND,
        *(escaped(paragraph) for paragraph in told["text"]),
        f"**Source:** {method.paper}.",
        f"**Build:** `snakemake {name}` makes `results/<run>/figures/{name}.png` from "
        f"`results/<run>/attributions/{name}.npy`; its code is "
        f"[`{name}.py`](../../cnnscope/attribution/{name}.py).",
        "## Values",
        "\n".join(f"- {line}" for line in values(method, told["Returns"])),
        "## What it needs",
        "\n".join(f"- {line}" for line in needs(method, told["Raises"])),
        "## Settings",
        table(list(rows_of(section, name, {}))),
        "[All methods](../methods.md) · [all settings](../config.md)",
    ]
    return "\n\n".join(parts) + "\n"


PICTURE = "picture.png"
LEGEND = (
    "Every page shows the same picture and network, and the class that it predicts: `egg`. Colours "
    "end at the 99.5th percentile of the map's values without their signs."
)


def sections(docstring: str) -> dict[str, list[str]]:
    """The paragraphs of a docstring: its `text`, and what it `Returns` and `Raises`."""
    found = {"text": [], "Args": [], "Returns": [], "Raises": []}
    current = "text"
    for block in docstring.split("\n\n"):
        head = _SECTION.match(block)
        if head is None:
            found[current].append(joined(block))
            continue
        current = head[1] or "Args"
        lines = block.splitlines()[1:] if head[1] else block.splitlines()
        found[current] += entries(lines) if current == "Returns" else [joined("\n".join(lines))]
    return found


def entries(lines: list[str]) -> list[str]:
    """What is returned under a name each: `attribution: ...`, `details: ...`."""
    text = "\n".join(line.strip() for line in lines)
    return [joined(part) for part in re.split(r"\n(?=(?:details|shared): )", text)]


def joined(block: str) -> str:
    """A paragraph in one line, an item of a list in one each: a line may not begin with + or -."""
    items = re.split(r"\n(?=- )", block)
    return "\n".join(" ".join(line.strip() for line in item.splitlines()) for item in items)


def values(method: Method, returns: list[str]) -> Iterator[str]:
    """What the map holds, the arrays beside it, and what becomes of a residual."""
    yield f"Units: {method.units}."
    yield f"Range: {meaning(method)}."
    for entry in returns:
        where, _, text = entry.partition(": ")
        yield f"{STORED[where]}: {escaped(text[0].upper() + text[1:])}"
    yield f"Residual: {residual(' '.join(returns))}."


def meaning(method: Method) -> str:
    """What the sign and the zero of a map mean."""
    if method.signed:
        return "signed; what is negative speaks against the class"
    if method.relative:
        return (
            "not signed; only differences within a map mean something: colours begin at its least"
        )
    return "not signed; colours begin at 0"


STORED = {
    "attribution": "The map, in the `.npy`",
    "details": "Beside it, in the `.npz`",
    "shared": "Once for all images, in the `.npz`",
}


def residual(returns: str) -> str:
    """What is said of how far values miss a number that they should add up to."""
    if "`residual`" not in returns:
        return "none, because the values need not add up to a number"
    return (
        "`residual`, what the values miss of the number that they should add up to, stands beside "
        "each map of the figure; above 10 % a map is not to be relied on"
    )


def needs(method: Method, raises: list[str]) -> Iterator[str]:
    """What a network and a dataset must have for a method."""
    if method.control:
        yield "Pictures alone: it is what methods are held against, and looks at no network."
        return
    yield "A network, pictures, and a class to explain: `target`."
    if "background" in method.needs:
        yield "Training images as a background, as many as `background` says."
    elif "baseline" in method.options:
        yield "Background images where `baseline` is `background`, as many as `background` says."
    if "layer" in method.options:
        yield "A layer whose output is a map; without `layer` it is the last that has one."
    if raises:
        yield f"Refused, in one line: {escaped(re.sub(r'[A-Z][a-z]+Error: ', '', raises[0]))}"


def pages() -> dict[str, str]:
    """Every page by the name of its method."""
    methods = declared_methods()
    schema = config_schema(ROOT / "schemas" / "config.schema.yaml", methods, declared_metrics())
    folder = ROOT / "cnnscope" / "attribution"
    return {
        name: page(name, method, folder / f"{name}.py", schema["properties"][name])
        for name, method in methods.items()
    }


if __name__ == "__main__":
    for name, text in pages().items():
        Path(sys.argv[1], f"{name}.md").write_text(text)
