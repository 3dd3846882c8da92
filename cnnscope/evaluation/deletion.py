"""Deletion: how soon the class is lost as the best pixels of a map are hidden."""

from functools import partial

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
        "baseline": None,
    },
)

score = partial(areas, shown_first=False)
