"""ROAD, least relevant first: pixels are removed so that nothing tells which they were."""

from functools import partial

from cnnscope.evaluation._road import mean_probability
from cnnscope.evaluation.metric import Metric

METRIC = Metric(
    title="ROAD LeRF",
    summary="what is left of the class when the pixels of the least values are removed first",
    paper="Rong, Leemann, Borisov, Kasneci, Kasneci 2022, A Consistent and Efficient Evaluation "
    "Strategy for Attribution Methods, https://arxiv.org/abs/2202.00449",
    units="mean probability",
    better="higher",
    category="faithfulness",
    options={
        "steps": {
            "type": "integer",
            "minimum": 1,
            "default": 4,
            "description": "how many shares of the pixels are removed: 4 for 20% to 80%, 9 for 10% "
            "to 90%",
        },
    },
)

score = partial(mean_probability, least_first=True)
