"""How many images each class has, in the dataset and in its splits."""

from collections.abc import Mapping, Sequence
from statistics import median_low

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnnscope.figures.chart import Chart
from cnnscope.figures.many_classes import END, MOST, both_ends, cut_line, gap_at
from cnnscope.figures.style import BESIDE_AXIS, shortened

CHART = Chart(
    title="images a class",
    category="Data",
    caption="The number of images of each class: of the whole dataset (grey) and of each split "
    "(one colour each, with the split's total in the legend). Images that could not be "
    "read are not counted; images without a label are counted above the bars. Of more than 30 "
    "classes the 15 with the most images in the whole dataset are shown, and the 15 with the "
    "fewest; the totals are those of all classes, which ``class_distribution.csv`` lists.\n\n"
    "Changed by: ``dataset``, or ``demo`` where no dataset is given.",
    reads={"rows": "class_counts"},
)

_COLOURS = {"all": "0.6", "training": "#1f77b4", "validation": "#ff7f0e", "testing": "#2ca02c"}
_NAMES = {"all": "whole dataset"}
_CROWDED = 9
_WIDEST = 60.0


def draw(rows: Sequence[Mapping[str, str]]) -> Figure:
    """A group of bars a class, with their counts; a split without labels is told, not drawn.

    Args:
        rows: `label`, `class`, and counts of `all` and of each split, in the order of the labels;
            label -1 for images without one.
    """
    unlabelled = sum(int(row["all"]) for row in rows if int(row["label"]) < 0)
    rows = [row for row in rows if int(row["label"]) >= 0]
    totals = {name: sum(int(row[name]) for row in rows) for name in _COLOURS if name in rows[0]}
    images = [int(row["all"]) for row in rows]
    if len(images) > MOST:
        rows = both_ends(sorted(rows, key=lambda row: -int(row["all"])))
    counts = {name: [int(row[name]) for row in rows] for name, total in totals.items() if total}
    thick = 0.86 / len(counts)
    width = min(max(7.0, 0.22 * len(rows) * len(counts) + 1.2), _WIDEST)
    figure, axes = plt.subplots(figsize=(width, 3.8), layout="constrained")
    for place, (name, numbers) in enumerate(counts.items()):
        offset = (place - (len(counts) - 1) / 2) * thick
        bars = axes.bar(
            [group + offset for group in range(len(rows))], numbers, thick,
            color=_COLOURS[name], label=f"{_NAMES.get(name, name)} ({totals[name]:,})",
        )  # fmt: skip
        axes.bar_label(bars, [f"{number:,}" for number in numbers], rotation=90, size=6, padding=2)
    crowded = len(rows) > _CROWDED
    axes.set_xticks(
        range(len(rows)), [shortened(row["class"], BESIDE_AXIS) for row in rows],
        rotation=30 if crowded else 0, ha="right" if crowded else "center", rotation_mode="anchor",
    )  # fmt: skip
    axes.margins(x=0.01, y=0.14)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    if len(rows) < len(images):
        gap_at(axes.axvline)
    axes.set_ylabel("images")
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=len(counts), frameon=False)
    figure.suptitle("Images a class")
    which = f"the {END} with the most images and the {END} with the fewest"
    lines = cut_line(len(rows), len(images), which, "class_distribution.csv")
    if lines:
        lines.append(
            f"half of all classes have at most {median_low(images):,} images; "
            f"without any: {images.count(0)}"
        )
    if unlabelled:
        lines.append(f"{unlabelled:,} images without a label are not shown")
    axes.set_title("\n".join(lines))
    return figure
