"""In which way what a stored result was made from differs from what it would be made from today."""

import json
import re
from collections.abc import Mapping

_DIGEST = re.compile(r"[0-9a-f]{64}")


def differences(old, new, name: str = "") -> list[str]:
    """One line for each value that differs between two trees of plain values."""
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in sorted(old.keys() | new.keys())
            for line in differences(old.get(key), new.get(key), f"{name}.{key}".lstrip("."))
        ]
    if old is None:
        return [f"{name} is new"]
    if new is None:
        return [f"{name} is gone"]
    if _is_digest(old) and _is_digest(new):
        return [f"{name} has other content"]
    return [f"{name}: {_brief(old)} -> {_brief(new)}"]


def changes(record: Mapping, expected: Mapping) -> list[str]:
    """Why the result of a record is not the one that is expected: a line for each difference.

    Args:
        expected: what `Result.described` says.
    """
    expected = json.loads(json.dumps(expected))
    lines = [
        f"{part}: {line}"
        for part in ("parameters", "code", "libraries")
        for line in differences(record[part], expected[part])
    ]
    old, new = record["inputs"], expected["inputs"]
    return lines + [
        f"inputs: {line}"
        for name in sorted(old.keys() | new.keys())
        for line in _input_changes(name, old.get(name), new.get(name))
    ]


def _input_changes(name: str, old, new) -> list[str]:
    if isinstance(old, list) and isinstance(new, list):
        followed = [reference for reference in new if reference not in old]
        return [f"{name} follows {_spoken(reference)}" for reference in followed] or (
            [f"{name}: in another order, or fewer"] if old != new else []
        )
    return differences(old, new, name)


def _spoken(reference: str) -> str:
    """The rule and the label of `rule/label-key/output`, as a person would name them."""
    rule, result, _ = reference.split("/", 2)
    return f"{rule} {result.rpartition('-')[0]}"


def _is_digest(value) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _brief(value) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
