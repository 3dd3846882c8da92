"""Settings against a JSON schema: every default filled in, every mistake told in one line."""

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from itertools import count

import jsonschema
import yaml

from cnnscope.errors import UserError
from cnnscope.file_address import path_in

_LARGEST = 2**63
_MOST_VALUES = 100_000
_DEEPEST = 50
# The schema of what no schema describes.
_ANYTHING: Mapping = {}
# Halves of characters. What the command line has for bytes that are no text may name a file.
_NO_TEXT = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")


def check_plain(settings) -> None:
    """See that `settings` are what JSON knows, finite, and no more than a person writes.

    YAML makes dates, sets and bytes, numbers that are none, and by anchors a few lines that stand
    for billions of values.

    Raises:
        UserError: names the key as `a.b.c`.
    """
    _check_plain(settings, (), count(1))


def _check_plain(value, path: tuple[str, ...], counter: Iterator[int]) -> None:
    if len(path) > _DEEPEST or next(counter) > _MOST_VALUES:
        place = ".".join(path[:3])
        raise UserError(f"config: {place} holds more than can be meant; write it out, and shorter")
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str):
                raise UserError(
                    f"config: {'.'.join([*path, told(key)])}: a key must be text; put it in quotes"
                )
            _check_plain(key, (*path, key), counter)
            _check_plain(one, (*path, key), counter)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _check_plain(one, (*path, str(number)), counter)
    elif reason := _why_not_plain(value):
        raise UserError(f"config: {'.'.join(path) or 'the file'}: {told(value)} {reason}")


def _why_not_plain(value) -> str | None:
    match value:
        case None | bool():
            return None
        case str():
            return "is no valid text" if _NO_TEXT.search(value) else None
        case int():
            return None if abs(value) < _LARGEST else "is too large a number"
        case float():
            return None if math.isfinite(value) else "is no finite number"
        case _:
            return f"is a {type(value).__name__}, no text or number; put it in quotes"


def told(value) -> str:
    """`value` as a message shows it."""
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."


def _whole(validator, pattern: str, value, schema: Mapping):
    # In Python, "$" lets a line break through, and "demo\n" would name a folder.
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield jsonschema.ValidationError("pattern")


_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _whole})


def merge(base: Mapping, overlay: Mapping, schema: Mapping) -> dict:
    """Lay `overlay` over `base`, key by key.

    Lists, and mappings to which the schema lets any key in (a model's keyword arguments), are
    replaced whole: half of one and half of the other would be neither.
    """
    merged = dict(base)
    for key, value in overlay.items():
        below = _properties(schema).get(key, {})
        if (
            isinstance(value, Mapping)
            and isinstance(merged.get(key), Mapping)
            and _is_closed(below)
        ):
            merged[key] = merge(merged[key], value, below)
        else:
            merged[key] = value
    return merged


def typed(value, schema: Mapping):
    """Read strings as YAML where the schema wants something else.

    Snakemake's `--config training='{steps: 50}'` hands over the 50 as text. What is no YAML stays
    as it is, for the schema to refuse. Where the schema lets anything in (the keyword arguments of
    a model), text that reads as a number or a truth value is one; where it takes a text or null,
    the word null is no text; and an address of a file is a path where the schema wants one.
    """
    if isinstance(value, Mapping):
        others = schema.get("additionalProperties")
        others = others if isinstance(others, Mapping) else _ANYTHING
        below = _properties(schema)
        return {key: typed(one, below.get(key, others)) for key, one in value.items()}
    if isinstance(value, list):
        return [typed(one, schema.get("items", _ANYTHING)) for one in value]
    wanted = schema.get("type") or ""
    if value == "null" and "null" in wanted:
        return None
    if isinstance(value, str) and schema.get("format") == "path":
        return path_in(value)
    if isinstance(value, str) and schema is _ANYTHING:
        return _scalar(value)
    if isinstance(value, str) and wanted and "string" not in wanted:
        return _as_yaml(value)
    return value


def _as_yaml(text: str):
    """What YAML reads in `text`; where it is no YAML, `text` itself."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text


def _scalar(text: str):
    """The number or truth value that YAML reads in `text`; otherwise `text` itself."""
    value = _as_yaml(text)
    if isinstance(value, bool):
        # YAML reads "on" and "no" as truth values too, which may well be meant as words.
        return value if text.lower() in ("true", "false") else text
    return value if isinstance(value, int | float) else text


def complete(settings: Mapping, schema: Mapping) -> dict:
    """Check `settings` and fill in the schema's defaults.

    Raises:
        UserError: names the key as `a.b.c`, what is wrong with it and what may stand there.
    """
    check_plain(settings)
    errors = sorted(
        _Validator(schema).iter_errors(settings),
        key=lambda error: (list(map(str, error.absolute_path)), error.message),
    )
    if errors:
        raise UserError(f"config: {_explain(errors[0])}")
    return _fill(settings, schema)


def defaults(schema: Mapping) -> dict:
    """The settings that the schema alone gives."""
    return _fill({}, schema)


def _fill(value, schema: Mapping):
    if isinstance(value, Mapping):
        filled = dict(value)
        for key, below in _properties(schema).items():
            if key in filled:
                filled[key] = _fill(filled[key], below)
            elif "default" in below:
                filled[key] = _fill(below["default"], below)
            elif "properties" in below:
                filled[key] = _fill({}, below)
        others = schema.get("additionalProperties")
        if isinstance(others, Mapping):
            for key in filled.keys() - _properties(schema).keys():
                filled[key] = _fill(filled[key], others)
        return filled
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [_fill(item, schema["items"]) for item in value]
    return value


def _properties(schema: Mapping) -> Mapping:
    return schema.get("properties", {})


def _is_closed(schema: Mapping) -> bool:
    others = schema.get("additionalProperties")
    return others is False or isinstance(others, Mapping)


def _explain(error: jsonschema.ValidationError) -> str:
    where = ".".join(map(str, error.absolute_path))
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = sorted(str(key) for key in error.instance if key not in known)[0]
        return f"unknown key '{'.'.join(filter(None, [where, unknown]))}'; {_near(unknown, known)}"
    described = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return f"{where or 'the file'}: {_reason(error)}" + (f" ({described})" if described else "")


def _reason(error: jsonschema.ValidationError) -> str:
    match error.validator:
        case "type":
            wanted = error.validator_value
            wanted = wanted if isinstance(wanted, str) else " or ".join(wanted)
            return f"{told(error.instance)} is no {wanted}"
        case "enum":
            return f"{told(error.instance)} is none of {', '.join(map(str, error.validator_value))}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            return (
                f"{told(error.instance)} is out of range: {error.validator} {error.validator_value}"
            )
        case "required":
            return f"{', '.join(_missing(error))} must be given"
        case "pattern":
            return f"{told(error.instance)} does not fit the form {error.validator_value}"
        case "oneOf" | "anyOf":
            return f"{told(error.instance)} is not what may stand here"
        case _:
            return _cut(error.message)


def _missing(error: jsonschema.ValidationError) -> Iterator[str]:
    return (key for key in error.validator_value if key not in error.instance)


def _near(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known keys here: {', '.join(known)}"
