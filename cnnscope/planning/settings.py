"""The settings of a run: config.yaml, what the user lays over it, and every default."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from cnnscope.attribution.method import Method
from cnnscope.checks import check_start
from cnnscope.config_files import read_config
from cnnscope.evaluation.metric import Metric
from cnnscope.planning.methods import config_schema
from cnnscope.planning.pretrained import fill_from_weights
from cnnscope.settings import check_plain, complete, defaults, merge, typed


def read_settings(
    given: Mapping,
    files: Iterable[str],
    home: Path,
    methods: Mapping[str, Method],
    metrics: Mapping[str, Metric],
) -> dict:
    """Check what the user gives, lay it over config.yaml and fill the defaults in.

    Args:
        given: the config as Snakemake has read it, from files and from its command line.
        files: the config files, which are read once more, because Snakemake keeps the last of two
            equal keys without a word.
        home: the folder that holds config.yaml and schemas/.
        methods, metrics: the attribution methods and the metrics by name.

    Raises:
        UserError: a file or a value is not what the schema asks for.
    """
    for file in files:
        if Path(file).is_file():
            read_config(Path(file))
    check_plain(given)
    schema = config_schema(home / "schemas" / "config.schema.yaml", methods, metrics)
    given = typed(given, schema)
    settings = merge(_shipped_below(given, home), given, schema)
    for question in (*methods, "shortcuts"):
        section = settings.get(question)
        if isinstance(section, dict) and section.get("target") is True:
            # YAML reads a bare true as a truth value.
            settings[question] = section | {"target": "true"}
    settings = complete(settings, schema)
    check_start(settings)
    fill_from_weights(settings, given, defaults(schema))
    return settings


def shipped_settings(home: Path) -> dict:
    """The settings that config.yaml ships."""
    return yaml.safe_load((home / "config.yaml").read_text())


def _shipped_below(given: Mapping, home: Path) -> dict:
    """The shipped settings, but for what goes with the shipped architecture alone.

    Whoever names one gives its arguments too, and another one has layers of other names.
    """
    shipped = shipped_settings(home)
    model = given.get("model")
    if not isinstance(model, dict) or "architecture" not in model:
        return shipped
    own = shipped["model"]
    filters = shipped["filters"]
    if model["architecture"] != own["architecture"]:
        filters = filters | {"layers": "auto"}
    return shipped | {"model": own | {"arguments": {}}, "filters": filters}
