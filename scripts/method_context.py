"""An attribution method and what it is told, as the scripts run it."""

import importlib
from collections.abc import Callable
from types import ModuleType

from model_context import read_split

from cnnscope.attribution.background import draw_background
from cnnscope.attribution.explanation import explainer
from cnnscope.evaluation.metric import Metric


def told_method(settings: dict, inputs) -> tuple[ModuleType, dict, dict]:
    """The method's module, its arguments with the background drawn, and facts on that."""
    module = importlib.import_module(f"cnnscope.attribution.{settings['method']}")
    arguments, facts = dict(settings["arguments"]), {}
    if module.METHOD.takes_background(arguments):
        pool = read_split([inputs.background, inputs.background_table])
        kind = settings.get("background", "training")
        arguments["background"], facts["background_images"] = draw_background(
            *pool, arguments["background"], kind, settings["seed"]
        )
    return module, arguments, facts


def needed(metric: Metric, settings: dict, inputs, log: Callable[[str], None]) -> dict:
    """What a metric needs of the method, by the names under which it takes it."""
    offered = {}
    if "method" in metric.needs:
        method, arguments, _ = told_method(settings, inputs)
        del arguments["target"]
        offered["explain"] = explainer(method, arguments, settings["seed"], log)
    if "examples" in metric.needs:
        pool = read_split([inputs.examples, inputs.examples_table])
        offered["examples"], offered["example_labels"] = pool
    return offered
