"""How many images each class has, in the dataset and in its splits."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

_COLOURS = {"all": "0.6", "training": "#1f77b4", "validation": "#ff7f0e", "testing": "#2ca02c"}
_NAMES = {"all": "whole dataset"}
_CROWDED = 9


def draw(rows: Sequence[Mapping[str, str]]) -> Figure:
    """A group of bars a class, with their counts; classes of many names lie on their side.

    Args:
        rows: `class`, and counts of `all` and of each split, in the order of the labels.
    """
    splits = [name for name in rows[0] if name not in ("label", "class")]
    thick = 0.86 / len(splits)
    width = max(6.0, 0.35 * len(rows) * len(splits) + 1.2)
    figure, axes = plt.subplots(figsize=(width, 3.8), layout="constrained")
    for place, split in enumerate(splits):
        counts = [int(row[split]) for row in rows]
        total = f"{_NAMES.get(split, split)} ({sum(counts):,})"
        offset = (place - (len(splits) - 1) / 2) * thick
        bars = axes.bar(
            [group + offset for group in range(len(rows))], counts, thick,
            color=_COLOURS[split], label=total,
        )  # fmt: skip
        axes.bar_label(bars, [f"{count:,}" for count in counts], padding=2, fontsize=6, rotation=90)
    crowded = len(rows) > _CROWDED
    axes.set_xticks(
        range(len(rows)), [row["class"] for row in rows], rotation=30 if crowded else 0,
        ha="right" if crowded else "center", rotation_mode="anchor",
    )  # fmt: skip
    axes.margins(x=0.01, y=0.14)
    axes.set_ylabel("images")
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=len(splits), frameon=False)
    figure.suptitle("Images a class")
    return figure
