"""Methods by metrics: means, intervals, ranks, and whether a method beats every control."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace

import numpy as np

from cnnscope.evaluation.intervals import bootstrap_interval, mean_and_interval
from cnnscope.evaluation.ranks import mean_ranks
from cnnscope.evaluation.versions import VERSIONS
from cnnscope.seeds import stream

# By metric: (3, N), the scores of the maps, of their blurred copies and of noise.
Scores = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Cell:
    """What a method scores by a metric.

    Attributes:
        title: of the method.
        control: "yes" where the method is a control, else "no".
        category: of the metric.
        better: "lower" or "higher".
        mean, low, high: over the images that have a score, and the ends of its 95% bootstrap
            interval; NaN where none has.
        images: how many have a score.
        beats_controls: "yes" where the method is better than every control and than the blurred
            copies of its own maps, on the same images: the 95% bootstrap interval of the mean
            difference lies on the better side of 0. "no" where it is not, or where there is nothing
            to hold it against; "" for a control and where there is no score.
        not_better_than: the controls that it does not beat, separated by blanks; `blurred` for
            blurred copies of its own maps.
        rank: among the methods that are no controls, from 1, by the mean of the ranks within the
            category's metrics.
    """

    method: str
    title: str
    control: str
    metric: str
    category: str
    better: str
    mean: float
    low: float
    high: float
    images: int
    beats_controls: str
    not_better_than: str
    rank: float = np.nan

    def row(self) -> tuple:
        """Its fields in the order of `COLUMNS`, numbers as text."""
        return tuple(f"{one:.6g}" if isinstance(one, float) else one for one in astuple(self))


COLUMNS = tuple(one.name for one in fields(Cell))


def read_scores(rows: list[Mapping[str, str]]) -> dict[str, np.ndarray]:
    """The scores (3, N) of each metric from the table of a method."""
    ending = f" {VERSIONS[0]}"
    metrics = [name.removesuffix(ending) for name in rows[0] if name.endswith(ending)]
    return {
        metric: np.array(
            [[float(row[f"{metric} {version}"]) for row in rows] for version in VERSIONS]
        )
        for metric in metrics
    }


def board(
    scores: Mapping[str, Scores],
    methods: Mapping[str, Mapping],
    metrics: Mapping[str, Mapping],
    seed: int,
) -> list[Cell]:
    """A cell for each method and metric, method by method.

    Args:
        scores: of each method, on the same images in the same order.
        methods: `title` of each, and whether it is a `control`.
        metrics: `better` and `category` of each.
        seed: of the bootstrap.
    """
    controls = [name for name, method in methods.items() if method["control"]]
    cells = []
    for method, described in methods.items():
        for metric, about in metrics.items():
            own = scores[method][metric]
            rivals = {name: scores[name][metric][0] for name in controls}
            if np.isfinite(own[1]).any():
                rivals["blurred"] = own[1]
            rng = stream(seed, "scoreboard", method, metric)
            mean, low, high, count = mean_and_interval(own[0], rng)
            is_rival = not described["control"] and count
            unbeaten = _not_better_than(own[0], rivals, about["better"], rng) if is_rival else []
            beats = ("yes" if rivals and not unbeaten else "no") if is_rival else ""
            cells.append(
                Cell(
                    method, described["title"], "yes" if described["control"] else "no", metric,
                    about["category"], about["better"], mean, low, high, count, beats,
                    " ".join(unbeaten),
                )
            )  # fmt: skip
    ranks = _ranks(cells)
    return [replace(one, rank=ranks.get((one.method, one.category), np.nan)) for one in cells]


def _not_better_than(
    own: np.ndarray, rivals: Mapping[str, np.ndarray], better: str, rng: np.random.Generator
) -> list[str]:
    """The rivals than which the scores are not better by more than chance."""
    sign = 1 if better == "higher" else -1
    found = []
    for name, rival in rivals.items():
        lead = sign * (own - rival)
        lead = lead[np.isfinite(lead)]
        if not len(lead) or bootstrap_interval(lead, rng)[0] <= 0:
            found.append(name)
    return found


def _ranks(cells: Iterable[Cell]) -> dict[tuple[str, str], float]:
    """The rank of each method in each category; equal ones share the mean of their places."""
    within: dict[tuple[str, str], list[float]] = {}
    real = [one for one in cells if one.control == "no"]
    for metric in dict.fromkeys(one.metric for one in real):
        known = [one for one in real if one.metric == metric and one.images]
        sign = -1 if known and known[0].better == "higher" else 1
        for one, place in zip(
            known, mean_ranks(np.array([sign * one.mean for one in known])), strict=True
        ):
            within.setdefault((one.method, one.category), []).append(place)
    ranks = {}
    for category in dict.fromkeys(category for _, category in within):
        means = {key: float(np.mean(own)) for key, own in within.items() if key[1] == category}
        ranks |= dict(zip(means, mean_ranks(np.array(list(means.values()))), strict=True))
    return ranks
