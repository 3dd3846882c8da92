"""What results were made from, as their records say it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from cnnscope.files import read_json
from cnnscope.report.parts import made_id

# Hexadecimal digits of a key or a digest that people compare.
_SHOWN = 12


def made_from(files: Iterable[str | Path]) -> list[dict]:
    """Each record in words: the result, what it was made from, its code and its files.

    Args:
        files: records as `cnnscope.job.job` leaves them.
    """
    return [_told(read_json(file)) for file in files]


def _told(record: Mapping) -> dict:
    rule, _, name = record["result"].partition("/")
    label = name.rpartition("-")[0]
    return {
        "id": made_id(rule, label),
        "rule": rule,
        "label": label,
        "key": record["key"][:_SHOWN],
        "parameters": json.dumps(record["parameters"], indent=1, sort_keys=True),
        "inputs": [
            f"{name}: {', '.join(given) if isinstance(given, list) else given[:_SHOWN]}"
            for name, given in record["inputs"].items()
        ],
        "libraries": _pairs(record["libraries"], None),
        "code": _pairs(record["code"], _SHOWN),
        "outputs": _pairs(record["outputs"], _SHOWN),
    }


def _pairs(values: Mapping[str, str], letters: int | None) -> str:
    return ", ".join(f"{name} {value[:letters]}" for name, value in sorted(values.items()))
