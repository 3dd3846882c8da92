"""The scores of every attribution method by one metric."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart

CHART = Chart(
    title="{metric}",
    category="Scores",
    caption="{title}: {summary}; {better} is better. A line a method, the best above: each dot is "
    "an image, the diamond their mean, the bar the interval in which the mean lies in 95 of 100 "
    "draws of the images; in brackets the number of images. {paper}.\n\n"
    "Changed by: the settings section ``{metric}``, and those of the methods.",
    reads={"rows": "scores.table", "facts": "scores.facts"},
    uses=("title",),
    about="metric",
)


def draw(rows: Sequence[Mapping[str, str]], facts: Mapping, title: str) -> Figure:
    """A line a method, the best above: a dot an image, the mean and the interval of the mean.

    Args:
        rows: of the table of scores: `method` and `score` of each image.
        facts: `better` ("lower" or "higher"), `units`, `interval` and for each of `methods` its
            `mean`, `low`, `high` and number of `images`.
        title: of the metric.
    """
    methods = facts["methods"]
    ranked = sorted(
        methods, key=lambda name: methods[name]["mean"], reverse=facts["better"] == "lower"
    )
    size = (6.4, 1.5 + 0.45 * len(ranked))
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    for place, method in enumerate(ranked):
        values = [float(row["score"]) for row in rows if row["method"] == method]
        axes.plot(values, [place] * len(values), "o", color="0.6", alpha=0.5, ms=4, mew=0)
        mean, low, high = (methods[method][key] for key in ("mean", "low", "high"))
        axes.plot([low, high], [place, place], color="C0", lw=2)
        axes.plot([mean], [place], "D", color="C0", ms=6)
        axes.annotate(
            f"{mean:.3f}",
            (mean, place),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    names = [f"{method} ({methods[method]['images']})" for method in ranked]
    axes.set_yticks(range(len(ranked)), names)
    axes.set_ylim(-0.6, len(ranked) - 0.2)
    axes.set_xlabel(f"{facts['units']} ({facts['better']} is better)")
    axes.set_title(
        f"{title}: each image, and the mean with its {facts['interval']:.0%} interval", fontsize=10
    )
    axes.spines[["top", "right"]].set_visible(False)
    return figure
