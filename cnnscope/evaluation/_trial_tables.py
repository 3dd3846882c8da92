"""The tables of the protocols: a row a method and protocol, and a row a picture of each."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cnnscope.evaluation.intervals import mean_and_interval
from cnnscope.seeds import stream

# What a map scores that shows nothing, by proof; PC, DC and D hang on the network and its pictures,
# and there the control `random` shows it.
CHANCE = {"SD": 0.5, "TS": 0.5}
_CONTROL = "random"

Scores = Mapping[str, Mapping[str, np.ndarray]]


def mean_rows(scores: Scores, seed: int) -> list[dict[str, str]]:
    """A row a method and protocol: the mean, its interval, the pictures, the level of chance.

    Args:
        scores: by method and protocol, (N,), NaN where a protocol says nothing of a picture.
        seed: of the bootstrap.

    Returns:
        `method`, `protocol`, `mean`, `low` and `high` (95 %), `n` and `chance`, from 0 to 1; what
        there is not is empty.
    """
    rows = []
    for method, by_protocol in scores.items():
        for protocol, values in by_protocol.items():
            rng = stream(seed, "interventions", method, protocol)
            *numbers, count = mean_and_interval(values, rng)
            told = dict(zip(("mean", "low", "high"), map(_told, numbers), strict=True))
            chance = {"n": str(count), "chance": _told(_chance(scores, protocol))}
            rows.append({"method": method, "protocol": protocol} | told | chance)
    return rows


def picture_rows(scores: Scores, paths: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """Method, protocol, path and score of each picture of which the protocol says something."""
    for method, by_protocol in scores.items():
        for protocol, values in by_protocol.items():
            for path, value in zip(paths, values, strict=True):
                if not np.isnan(value):
                    yield method, protocol, path, _told(value)


def _chance(scores: Scores, protocol: str) -> float:
    if protocol in CHANCE:
        return CHANCE[protocol]
    values = scores.get(_CONTROL, {}).get(protocol, np.empty(0))
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _told(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.6g}"
