"""Write the reference of all settings: python docs/make_config.py > docs/config.md"""

import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics  # noqa: E402
from cnnscope.settings_table import Row, rows_of  # noqa: E402

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


def page(schema: Mapping, shipped: Mapping) -> str:
    """Markdown: a section a mapping at the top of the config, a row a key."""
    general, sections = [], []
    for name, below in schema["properties"].items():
        found = list(rows_of(below, name, shipped.get(name, {})))
        if below.get("type") == "object":
            sections.append(f"## {name}\n\n{escaped(below['description'])}\n\n" + table(found))
        else:
            general += found
    return "\n\n".join([HEAD.strip(), "## The run\n\n" + table(general), *sections]) + "\n"


def table(rows: list[Row]) -> str:
    lines = [
        f"| `{path}` | {kind} | {default} | {escaped(meaning)} |"
        for path, kind, default, meaning in rows
    ]
    return "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *lines])


def escaped(text: str) -> str:
    """Markdown takes what stands between angle brackets for HTML, and a bar for the next cell."""
    return text.replace("<", "&lt;").replace("|", "\\|")


if __name__ == "__main__":
    schema = config_schema(
        ROOT / "schemas" / "config.schema.yaml", declared_methods(), declared_metrics()
    )
    print(page(schema, yaml.safe_load((ROOT / "config.yaml").read_text())), end="")
