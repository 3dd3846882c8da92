"""An attribution method and what it is told, as the scripts run it."""

import importlib
from collections.abc import Callable
from types import ModuleType

import numpy as np
from model_context import read_split

from cnnscope.attribution.background import draw_background
from cnnscope.attribution.explanation import explainer
from cnnscope.attribution.method import arguments_for
from cnnscope.attribution.targets import choose_targets
from cnnscope.evaluation.metric import Metric


def told_method(settings: dict, files) -> tuple[ModuleType, dict, dict]:
    """The module of a method, its arguments with the background drawn, and facts on that.

    Args:
        files: the inputs of the job, with `background` and `background_table` if it has them.
    """
    module = importlib.import_module(f"cnnscope.attribution.{settings['method']}")
    arguments, facts = dict(settings["arguments"]), {}
    if module.METHOD.takes_background(arguments):
        pool = read_split([files.background, files.background_table])
        kind = settings.get("background", "training")
        arguments["background"], facts["background_images"] = draw_background(
            *pool, arguments["background"], kind, settings["seed"]
        )
    return module, arguments, facts


def prepared(
    settings: dict, files, labels: np.ndarray, logits: np.ndarray
) -> tuple[ModuleType, np.ndarray, dict, dict]:
    """The module of a method, its targets (N,), its other arguments, and facts about them.

    Args:
        files: the inputs of the job.
        labels: (N,), the true classes.
        logits: (N, K).
    """
    module, arguments, facts = told_method(settings, files)
    targets = choose_targets(settings["method"], arguments.pop("target"), labels, logits)
    facts |= {name: settings[name] for name in ("method", "seed", "arguments")}
    arguments = arguments_for(module.explain, arguments, labels=labels, seed=settings["seed"])
    return module, targets, arguments, facts


def needed(metric: Metric, settings: dict, files, log: Callable[[str], None]) -> dict:
    """What a metric needs beside maps and masks, by the names under which it takes it."""
    offered = {}
    if "method" in metric.needs:
        method, arguments, _ = told_method(settings, files)
        del arguments["target"]
        offered["explain"] = explainer(method, arguments, settings["seed"], log)
    if "examples" in metric.needs:
        pool = read_split([files.examples, files.examples_table])
        offered["examples"], offered["example_labels"] = pool
    return offered
