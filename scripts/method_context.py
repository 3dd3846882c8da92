"""An attribution method and what it is told, as the scripts run it."""

import importlib
from types import ModuleType

import numpy as np
from model_context import read_split

from cnnscope.attribution.background import draw_background
from cnnscope.attribution.method import arguments_for
from cnnscope.attribution.targets import choose_targets


def prepared(
    settings: dict, files, labels: np.ndarray, logits: np.ndarray
) -> tuple[ModuleType, np.ndarray, dict, dict]:
    """The module of a method, its targets (N,), its other arguments, and facts about them.

    Args:
        files: the inputs of the job, with `background` and `background_table` if it has them.
        labels: (N,), the true classes.
        logits: (N, K).
    """
    method, arguments = settings["method"], dict(settings["arguments"])
    module = importlib.import_module(f"cnnscope.attribution.{method}")
    targets = choose_targets(method, arguments.pop("target"), labels, logits)
    facts = {"method": method, "seed": settings["seed"], "arguments": settings["arguments"]}
    if module.METHOD.takes_background(arguments):
        pool = read_split([files.background, files.background_table])
        kind = settings.get("background", "training")
        arguments["background"], facts["background_images"] = draw_background(
            *pool, arguments["background"], kind, settings["seed"]
        )
    arguments = arguments_for(module.explain, arguments, labels=labels, seed=settings["seed"])
    return module, targets, arguments, facts
