"""Deletion: how soon the class is lost as the best pixels of a map are hidden."""

from collections.abc import Callable

import numpy as np
from torch import nn

from cnnscope.evaluation._removal import areas
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="Deletion",
    summary="how soon the class is lost as the best pixels of a map are hidden",
    paper="Petsiuk, Das, Saenko 2018, RISE, https://arxiv.org/abs/1806.07421",
    units="area below the probability",
    better="lower",
    category="faithfulness",
    options={
        "steps": {
            "type": "integer",
            "minimum": 1,
            "default": 32,
            "description": "in how many equal parts the pixels are taken",
        },
        "hide": {
            "enum": ["mean", "black"],
            "default": "mean",
            "description": "what replaces a hidden pixel: the image's mean colour, or black",
        },
    },
)


def score(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    attribution: np.ndarray,
    *,
    steps: int,
    hide: str,
    log: Callable[[str], None] = print,
) -> np.ndarray:
    """The area below the probability of the class as pixels are hidden, the best ones first.

    Petsiuk, Das, Saenko 2018, "RISE", https://arxiv.org/abs/1806.07421, section 4.3. The area is
    taken by the trapezoid rule over the share of pixels. Arguments and errors are those of
    `cnnscope.evaluation._removal.areas`.

    Returns:
        float32 (N,), from 0 to 1; lower is better.
    """
    return areas(
        model,
        images,
        targets,
        attribution,
        steps=steps,
        hide=hide,
        shown_first=False,
        log=log,
    )
