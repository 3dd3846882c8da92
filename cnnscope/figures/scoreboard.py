"""The scoreboard: methods by metrics, beside the controls that explain nothing."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart

CHART = Chart(
    title="scoreboard",
    category="Scores",
    caption="A row a method, a column a metric, by what the metrics test; the arrow says which way "
    "is better. A cell has the mean over the images, below it the interval in which the mean lies "
    "in 95 of 100 draws of the images. Black: better than every control and than blurred copies of "
    "the method's own maps, on the same images, by more than chance. Grey: not; what a grey cell "
    "says, a map that explains nothing says as well. The rank of a method in a category is that "
    "of the mean of its ranks by the metrics. Scores compare maps, and prove none right.\n\n"
    "Changed by: the settings section ``scores``, those of the metrics and of the methods.",
    reads={"rows": "scoreboard.table"},
    uses=("metric_titles", "metrics_left_out"),
)
# Inches.
_NAME, _CELL, _RANK, _ROW, _HEAD = 1.9, 0.98, 0.5, 0.34, 1.05
_GREY, _BLACK = "0.6", "black"


def draw(
    rows: Sequence[Mapping[str, str]],
    metric_titles: Mapping[str, str],
    metrics_left_out: Sequence[str],
) -> Figure:
    """The table of all scores, the methods above and the controls below a line.

    Args:
        rows: a cell each, as `cnnscope.evaluation.scoreboard.Cell` has them, as text.
        metric_titles: how each metric is called.
        metrics_left_out: those that need masks where there are none.
    """
    cells = {(row["method"], row["metric"]): row for row in rows}
    real = list(dict.fromkeys(row["method"] for row in rows if row["control"] == "no"))
    controls = list(dict.fromkeys(row["method"] for row in rows if row["control"] == "yes"))
    places = _columns(rows)
    width = _NAME + max(right for _, _, right in places) if places else _NAME
    height = _HEAD + _ROW * (len(real) + len(controls)) + 0.5
    figure = plt.figure(figsize=(width + 0.1, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-_NAME, width - _NAME + 0.1)
    axes.set_ylim(height - _HEAD, -_HEAD)
    axes.axis("off")
    _head(axes, rows, places, metric_titles)
    for number, method in enumerate([*real, *controls]):
        y = (number + 0.5) * _ROW + (0.1 if method in controls else 0)
        title = next(row["title"] for row in rows if row["method"] == method)
        axes.text(-_NAME + 0.08, y, title, va="center", fontsize=8)
        for key, left, right in places:
            _fill(axes, cells, method, key, (left + right) / 2, y)
    line = len(real) * _ROW + 0.05
    axes.plot([-_NAME, width - _NAME], [line, line], color="0.4", lw=0.8)
    counts = sorted({int(row["images"]) for row in rows} - {0})
    images = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0] if counts else 0}"
    foot = f"{images} images; brackets: 95% interval of the mean; grey: no better than some control"
    if metrics_left_out:
        foot += f"; without masks: no {', '.join(metrics_left_out)}"
    axes.text(-_NAME + 0.08, height - _HEAD - 0.18, foot, fontsize=7, color="0.3")
    axes.text(-_NAME + 0.08, -_HEAD + 0.2, "Scoreboard", fontsize=11, weight="bold", va="center")
    return figure


def _columns(rows: Sequence[Mapping[str, str]]) -> list[tuple[tuple[str, str], float, float]]:
    """The columns, as ("metric", name) or ("rank", category), with their left and right ends."""
    of_category: dict[str, list[str]] = {}
    for row in rows:
        metrics = of_category.setdefault(row["category"], [])
        if row["metric"] not in metrics:
            metrics.append(row["metric"])
    places, at = [], 0.0
    for category, metrics in of_category.items():
        for metric in metrics:
            places.append((("metric", metric), at, at + _CELL))
            at += _CELL
        places.append((("rank", category), at, at + _RANK))
        at += _RANK + 0.12
    return places


def _head(axes: Axes, rows: Sequence, places: Sequence, titles: Mapping[str, str]) -> None:
    """The categories, and below them the metrics with the direction that is better."""
    about = {row["metric"]: row for row in rows}
    start = 0.0
    for (kind, name), left, right in places:
        middle = (left + right) / 2
        if kind == "rank":
            axes.text(middle, -0.1, "rank", ha="center", va="bottom", fontsize=7, color="0.3")
            axes.plot([start + 0.04, right - 0.04], [-0.48, -0.48], color="0.4", lw=0.8)
            axes.text((start + right) / 2, -0.52, name, ha="center", va="bottom", weight="bold")
            start = right + 0.12
            continue
        arrow = "↓" if about[name]["better"] == "lower" else "↑"
        title = titles[name].replace(" ", "\n", 1)
        axes.text(middle, -0.1, f"{title} {arrow}", ha="center", va="bottom", fontsize=7)


def _fill(axes: Axes, cells: Mapping, method: str, key: tuple, x: float, y: float) -> None:
    kind, name = key
    if kind == "rank":
        ranks = [
            row["rank"]
            for row in cells.values()
            if row["method"] == method and row["category"] == name
        ]
        if ranks and ranks[0] != "nan":
            axes.text(x, y, f"{float(ranks[0]):g}", ha="center", va="center", fontsize=8)
        return
    cell = cells[method, name]
    if cell["images"] == "0":
        axes.text(x, y, "–", ha="center", va="center", color=_GREY)
        return
    colour = _BLACK if cell["beats_controls"] == "yes" else _GREY
    axes.text(x, y - 0.02, short(cell["mean"]), ha="center", va="bottom", fontsize=8, color=colour)
    interval = f"[{short(cell['low'])}, {short(cell['high'])}]"
    axes.text(x, y + 0.01, interval, ha="center", va="top", fontsize=5.5, color=colour)


def short(number: str | float) -> str:
    """Three digits at most, as scores are printed: `0.53`, `1.2`, `35`, `-0.04`."""
    value = float(number)
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.3g}"
