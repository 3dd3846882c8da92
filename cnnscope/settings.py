"""Settings against a JSON schema: every default filled in, every mistake told in one line."""

import difflib
from collections.abc import Iterator, Mapping

import jsonschema
import yaml

from cnnscope.errors import UserError


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

    Snakemake's `--config training='{steps: 50}'` hands over the 50 as text.
    """
    if isinstance(value, Mapping):
        others = schema.get("additionalProperties")
        others = others if isinstance(others, Mapping) else {}
        below = _properties(schema)
        return {key: typed(one, below.get(key, others)) for key, one in value.items()}
    if isinstance(value, list):
        return [typed(one, schema.get("items", {})) for one in value]
    wanted = schema.get("type")
    if isinstance(value, str) and wanted and "string" not in wanted:
        return yaml.safe_load(value)
    return value


def complete(settings: Mapping, schema: Mapping) -> dict:
    """Check `settings` and fill in the schema's defaults.

    Raises:
        UserError: names the key as `a.b.c`, what is wrong with it and what may stand there.
    """
    errors = sorted(
        jsonschema.Draft202012Validator(schema).iter_errors(settings),
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
            return f"{error.instance!r} is no {wanted}"
        case "enum":
            return f"{error.instance!r} is none of {', '.join(map(str, error.validator_value))}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            return f"{error.instance!r} is out of range: {error.validator} {error.validator_value}"
        case "required":
            return f"{', '.join(_missing(error))} must be given"
        case "pattern":
            return f"{error.instance!r} does not fit the form {error.validator_value}"
        case "oneOf" | "anyOf":
            return f"{error.instance!r} is not what may stand here"
        case _:
            return error.message


def _missing(error: jsonschema.ValidationError) -> Iterator[str]:
    return (key for key in error.validator_value if key not in error.instance)


def _near(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known keys here: {', '.join(known)}"
