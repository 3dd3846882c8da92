"""The scoreboard as a table whose columns can be sorted."""

from collections.abc import Mapping, Sequence


def scoreboard(rows: Sequence[Mapping[str, str]], titles: Mapping[str, str]) -> dict:
    """The table: a row a method, a column a metric, and a rank by what metrics test.

    Args:
        rows: a cell each, as `cnnscope.evaluation.scoreboard.Cell` has them, as text.
        titles: of the metrics.

    Returns:
        `columns`, each with `title` and `hint`; `rows`, each with the `title` of the method,
        whether it is a `control`, and `cells`, each with the `value` to sort by (None where there
        is none), its `text` and whether it is better than every control (`beats`).
    """
    metrics = {row["metric"]: row for row in rows}
    categories = list(dict.fromkeys(row["category"] for row in metrics.values()))
    methods = {row["method"]: row for row in rows}
    cells = {(row["method"], row["metric"]): row for row in rows}
    ranks = {(row["method"], row["category"]): row["rank"] for row in rows}
    columns = [
        {"title": titles[metric], "hint": f"{row['category']}, {row['better']} is better"}
        for metric, row in metrics.items()
    ] + [{"title": f"rank, {one}", "hint": "1 is the best"} for one in categories]
    return {
        "columns": columns,
        "rows": [
            {
                "title": row["title"],
                "control": row["control"] == "yes",
                "cells": [_score(cells[method, metric]) for metric in metrics]
                + [_rank(ranks[method, category]) for category in categories],
            }
            for method, row in methods.items()
        ],
    }


def _score(row: Mapping[str, str]) -> dict:
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if mean != mean:
        return _missing()
    text = f"{mean:.3f} ({low:.3f} to {high:.3f})"
    rivals = [name.replace("_", " ") for name in row["not_better_than"].split()]
    return {"value": mean, "text": text, "beats": row["beats_controls"], "unbeaten": rivals}


def _rank(text: str) -> dict:
    rank = float(text)
    if rank != rank:
        return _missing()
    return {"value": rank, "text": f"{rank:g}", "beats": "", "unbeaten": []}


def _missing() -> dict:
    return {"value": None, "text": "–", "beats": "", "unbeaten": []}
