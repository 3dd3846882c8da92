"""The tables of the protocols: a row a method and protocol, and a row a picture of each."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cnnscope.evaluation.intervals import bootstrap_interval
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
            known = values[~np.isnan(values)]
            rng = stream(seed, "interventions", method, protocol)
            interval = bootstrap_interval(known, rng) if len(known) else (np.nan, np.nan)
            numbers = dict(zip(("mean", "low", "high"), (_mean(values), *interval), strict=True))
            told = {name: _told(number) for name, number in numbers.items()}
            chance = {"n": str(len(known)), "chance": _told(_chance(scores, protocol))}
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
    return _mean(scores.get(_CONTROL, {}).get(protocol, np.empty(0)))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan


def _told(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.6g}"
