"""Check settings against a JSON schema, fill in its defaults, and explain errors in one line."""

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
# Former names of settings.
_RENAMED = {"hide": "baseline"}
# The schema of a value that no schema describes.
_ANYTHING: Mapping = {}
# The null character and surrogates. U+DC80 to U+DCFF are allowed: Python uses them for bytes of the
# command line that are not valid UTF-8, which may belong to a file name.
_NO_TEXT = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")


def check_plain(settings) -> None:
    """Check that `settings` hold only types of JSON, finite numbers, and not too many values.

    YAML also has dates, sets, bytes, NaN and infinity, and with anchors a few lines can stand for
    billions of values.

    Raises:
        UserError: the message names the key as `a.b.c`.
    """
    _check_plain(settings, (), count(1))


def _check_plain(value, path: tuple[str, ...], counter: Iterator[int]) -> None:
    if len(path) > _DEEPEST or next(counter) > _MOST_VALUES:
        place = ".".join(path[:3])
        raise UserError(f"config: {place} holds more than can be meant; write it out, and shorter")
    if isinstance(value, Mapping):
        for key, member in value.items():
            if not isinstance(key, str):
                raise UserError(
                    f"config: {'.'.join([*path, told(key)])}: a key must be text; put it in quotes"
                )
            _check_plain(key, (*path, key), counter)
            _check_plain(member, (*path, key), counter)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            _check_plain(member, (*path, str(number)), counter)
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
    """`value` as it appears in messages, shortened."""
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."


def _whole(validator, pattern: str, value, schema: Mapping):
    # In Python "$" also matches before a final line break, so "demo\n" would pass as a folder name.
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield jsonschema.ValidationError("pattern")


_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _whole})


def merge(base: Mapping, overlay: Mapping, schema: Mapping) -> dict:
    """`base` with the values of `overlay` in place of its own, key by key at all depths.

    Lists are replaced as a whole, and so are mappings for which the schema allows any key, such as
    the keyword arguments of a model, because a mixture of two would fit neither model.
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
    """`value` with strings read as YAML where the schema expects another type.

    Snakemake's `--config training='{steps: 50}'` passes the 50 as text. Text that is no YAML is
    kept, and the schema refuses it later. Where the schema allows anything, as in the keyword
    arguments of a model, text that looks like a number or truth value becomes one. Where it allows
    text or null, the word null becomes null. Where it allows one word or a number, text that is not
    this word is read as YAML. Where it expects a path, an address of a file becomes one.
    """
    if isinstance(value, Mapping):
        others = schema.get("additionalProperties")
        others = others if isinstance(others, Mapping) else _ANYTHING
        below = _properties(schema)
        return {key: typed(member, below.get(key, others)) for key, member in value.items()}
    if isinstance(value, list):
        return [typed(member, schema.get("items", _ANYTHING)) for member in value]
    wanted = schema.get("type") or ""
    if value == "null" and "null" in wanted:
        return None
    if isinstance(value, str) and schema.get("format") == "path":
        return path_in(value)
    if isinstance(value, str) and schema is _ANYTHING:
        return _scalar(value)
    if isinstance(value, str) and wanted and ("string" not in wanted or _is_number(value, schema)):
        return _as_yaml(value)
    return value


def _is_number(text: str, schema: Mapping) -> bool:
    """Whether `text` can only be meant as a number, where the schema allows numbers and a word."""
    word = schema.get("pattern")
    return "integer" in schema["type"] and word is not None and not re.fullmatch(word, text)


def _as_yaml(text: str):
    """The value of `text` in YAML, or `text` itself if it is no YAML."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text


def _scalar(text: str):
    """The number or truth value that `text` is in YAML, or else `text` itself."""
    value = _as_yaml(text)
    if isinstance(value, bool):
        # YAML also reads words such as "on" and "no" as truth values; here they stay text.
        return value if text.lower() in ("true", "false") else text
    return value if isinstance(value, int | float) else text


def complete(settings: Mapping, schema: Mapping) -> dict:
    """Check `settings`, and return them with the schema's defaults filled in.

    Raises:
        UserError: the message names the key as `a.b.c`, what is wrong, and what is allowed.
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
    """The default settings of the schema."""
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
    if _RENAMED.get(word) in known:
        return f"its name is '{_RENAMED[word]}' now"
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known keys here: {', '.join(known)}"
