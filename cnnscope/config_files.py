"""Config files as they are written: what YAML would pass over in silence is a mistake here."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from cnnscope.errors import UserError
from cnnscope.settings import check_plain


def read_config(file: Path) -> dict:
    """Read one config file, JSON or YAML as Snakemake does.

    Raises:
        UserError: it cannot be read, is no mapping, has a key twice, a tag that would make an
            object, or `__use_yte__`, by which Snakemake runs the Python code in it; or see
            `settings.check_plain`.
    """
    try:
        content = _parse(file.read_text(encoding="utf-8-sig"))
        check_plain(content)
    except UserError as error:
        raise UserError(f"{file}: {error}") from error
    except OSError as error:
        raise UserError(f"config: {file} cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        problem = ", ".join(filter(None, (error.context, error.problem)))
        place = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"config: {file}{place}: {problem}; mend it") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(f"config: {file} is no YAML: {error}; mend it") from error
    except RecursionError:
        raise UserError(f"config: {file} is nested too deep; write it flatter") from None
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise UserError(f"config: {file} holds no keys; write them as key: value")
    if "__use_yte__" in content:
        raise UserError(f"config: {file} asks for __use_yte__, which runs code; take it out")
    return content


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError:
        return yaml.load(text, Loader=_Strict)


def _unrepeated(pairs: Iterable[tuple[str, object]]) -> dict:
    content = {}
    for key, value in pairs:
        if key in content:
            raise UserError(f"config: the key '{key}' stands there twice; keep one of them")
        content[key] = value
    return content


class _Strict(yaml.SafeLoader):
    """SafeLoader, which makes plain values alone, and which refuses a key that comes twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            # What a merge key (<<) brings in is meant to be written over.
            if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                line = key.start_mark.line + 1
                raise UserError(
                    f"config: line {line}: the key '{key.value}' stands there twice; keep one of "
                    "them"
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
