"""The scores of each map, in a short line below it."""

import textwrap
from collections.abc import Mapping, Sequence


def score_lines(
    rows: Sequence[Mapping[str, str]] | None, facts: Mapping | None, count: int, letters: int
) -> list[str]:
    """A line for each of `count` maps, such as `deletion 0.12, insertion 0.80`.

    Args:
        rows: of the table of the method's scores; None where none are wanted.
        facts: the `metrics` with their titles, in the order in which they are told.
        letters: after which a line is broken between two metrics.

    Returns:
        Empty lines where there are no scores; a metric that has none for a map is left out.
    """
    if rows is None or facts is None:
        return [""] * count
    return [_line(row, facts["metrics"], letters) for row in rows[:count]]


def trust_line(facts: Mapping | None, letters: int) -> list[str]:
    """What the maps may be trusted with, broken after `letters`; nothing where it is not known."""
    return [textwrap.fill(facts["trust"], letters)] if facts and facts["trust"] else []


def known_scores(
    row: Mapping[str, str], metrics: Mapping[str, Mapping]
) -> list[tuple[Mapping, float]]:
    """What is said of each metric, and its score of a map; a metric that has none is left out."""
    scores = [(about, float(row[f"{metric} score"])) for metric, about in metrics.items()]
    return [(about, score) for about, score in scores if score == score]


def _line(row: Mapping[str, str], metrics: Mapping[str, Mapping], letters: int) -> str:
    told = known_scores(row, metrics)
    # A blank that does not break keeps a number beside its metric.
    parts = [f"{about['title'].lower()}\u00a0{score:.2f}" for about, score in told]
    return textwrap.fill(", ".join(part.replace(" ", "\u00a0") for part in parts), letters)
