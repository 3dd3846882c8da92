"""The methods, the metrics and the charts as their files declare them, and their settings."""

import ast
from collections.abc import Mapping
from pathlib import Path

import yaml

from cnnscope.attribution.method import Method
from cnnscope.errors import UserError
from cnnscope.evaluation.metric import Metric
from cnnscope.figures.chart import Chart

_LIBRARY = Path(__file__).parents[1]


def declared_methods(folder: Path = _LIBRARY / "attribution") -> dict[str, Method]:
    """Read `METHOD = Method(...)` of each file in `folder`, in the order of the files' names.

    The files are parsed and not run.

    Raises:
        UserError: a declaration has a value that is no literal, or lacks one that it needs.
    """
    return _declared(folder, "METHOD", Method)


def declared_metrics(folder: Path = _LIBRARY / "evaluation") -> dict[str, Metric]:
    """Read `METRIC = Metric(...)` of each file in `folder`, in the same way."""
    return _declared(folder, "METRIC", Metric)


def declared_charts(folder: Path = _LIBRARY / "figures") -> dict[str, Chart]:
    """Read `CHART = Chart(...)` of each file in `folder`, in the same way."""
    return _declared(folder, "CHART", Chart)


def defines(method: str, function: str) -> bool:
    """Whether the file of an attribution method has a function, which is told without running it.

    To import the file is to import PyTorch, which takes longer than many a job's own work.
    """
    file = _LIBRARY / "attribution" / f"{method}.py"
    body = ast.parse(file.read_bytes(), filename=str(file)).body
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in body)


def config_schema(file: Path, methods: Mapping[str, Method], metrics: Mapping[str, Metric]) -> dict:
    """The JSON Schema of the config: that in `file`, with a section and a question for each."""
    schema = yaml.safe_load(file.read_text())
    sections = {}
    for name, below in schema["properties"].items():
        sections[name] = below
        if name == "image_sets":
            sections |= {method: _method(declared) for method, declared in methods.items()}
        if name == "confusion":
            sections |= {metric: _metric(declared, methods) for metric, declared in metrics.items()}
    for question in ("compare", "sanity", "scores", "interventions", "shortcuts"):
        sections[question]["properties"]["methods"]["items"]["enum"] = list(methods)
    controls = [name for name, method in methods.items() if method.control]
    sections["scores"]["properties"]["controls"]["items"]["enum"] = controls
    for below in (
        sections["scores"]["properties"]["metrics"],
        sections["scores"]["properties"]["below"],
    ):
        below["items"]["enum"] = list(metrics)
    sections["vary"]["properties"]["method"]["enum"] = list(methods)
    known = sections["questions"]["items"]["enum"]
    new = [name for name in (*methods, *metrics) if name not in known]
    sections["questions"]["items"]["enum"] = [*known, *new]
    return schema | {"properties": sections}


def _method(method: Method) -> dict:
    images = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "default": list(method.images),
        "description": "names of image sets, such as [gallery]",
    }
    target = {
        "type": ["string", "integer"],
        "minimum": 0,
        "default": method.target,
        "description": "true, predicted, or a class by number or name",
    }
    return _section(method.summary, {"images": images, "target": target, **method.options})


def _metric(metric: Metric, methods: Mapping[str, Method]) -> dict:
    scored = {
        "type": ["array", "null"],
        "items": {"enum": list(methods)},
        "minItems": 1,
        "default": None,
        "description": "attribution methods that are scored; null: those among the questions",
    }
    summary = f"{metric.summary}; {metric.better} is better"
    return _section(summary, {"methods": scored, **metric.options})


def _section(summary: str, properties: Mapping) -> dict:
    return {
        "type": "object",
        "description": summary,
        "additionalProperties": False,
        "properties": properties,
    }


def _declared(folder: Path, name: str, kind: type) -> dict:
    declared = {}
    for file in sorted(folder.glob("*.py")):
        call = _assigned(file, name)
        if call is not None:
            declared[file.stem] = _evaluated(call, file, name, kind)
    return declared


def _assigned(file: Path, name: str) -> ast.expr | None:
    for node in ast.parse(file.read_bytes(), filename=str(file)).body:
        names = [ast.unparse(target) for target in getattr(node, "targets", ())]
        if isinstance(node, ast.Assign) and names == [name]:
            return node.value
    return None


def _evaluated(call: ast.expr, file: Path, name: str, kind: type):
    if not isinstance(call, ast.Call) or call.args:
        raise UserError(f"{file}: {name} is declared as {kind.__name__}(name=value, ...)")
    try:
        values = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise UserError(f"{file}, line {call.lineno}: {name}: {error}") from error
