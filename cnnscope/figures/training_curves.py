"""Loss and accuracy over the steps or epochs of training."""

from collections.abc import Mapping, Sequence
from math import isnan

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart

CHART = Chart(
    title="loss and accuracy",
    category="Training",
    caption="Loss (in nats) and accuracy (share of images that are right) over the training, of "
    "the training split (dashed) and the validation split. {origin} The star and the grey "
    "line mark the best point by validation.\n\n"
    "Changed by: ``{history_setting}``.",
    reads={"points": "history"},
    uses=("title",),
)

_UNITS = {"loss": "nats", "accuracy": "share right"}
_MARKED = 60  # points that are drawn as points; more are a line


def draw(points: Sequence[Mapping[str, str | float]], title: str) -> Figure:
    """Loss beside accuracy, both splits; the best point by validation is marked with its value.

    Args:
        points: `step` or `epoch`, and `<split>_<loss|accuracy>` of training and validation,
            where they are known; NaN where one point has none. Numbers, or their text.
    """
    points = [{name: float(value) for name, value in point.items()} for point in points]
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    place = "step" if "step" in points[0] else "epoch"
    best = _best(points)
    for panel, (quantity, unit) in zip(axes, _UNITS.items(), strict=True):
        for split, line in (("training", "--"), ("validation", "-")):
            known = _known(points, f"{split}_{quantity}")
            if known:
                values = [point[f"{split}_{quantity}"] for point in known]
                marker = "o" if len(known) <= _MARKED else ""
                panel.plot([p[place] for p in known], values, line, marker=marker, markersize=3,
                           label=split)  # fmt: skip
        panel.set_xlabel(place)
        if place == "step" and "epoch" in points[-1]:
            panel.set_xlabel(f"step ({points[-1]['epoch']:.1f} epochs in all)")
        panel.set_ylabel(f"{quantity} ({unit})")
        panel.grid(alpha=0.25)
        if panel.lines:
            panel.legend(frameon=False)
        else:
            panel.text(0.5, 0.5, "not recorded", ha="center", transform=panel.transAxes)
        if best is not None:
            _mark(panel, best, place, quantity)
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(0, 1)
    figure.suptitle(title)
    return figure


def _known(points: Sequence[Mapping[str, float]], curve: str) -> list[Mapping[str, float]]:
    return [point for point in points if curve in point and not isnan(point[curve])]


def _best(points: Sequence[Mapping[str, float]]) -> Mapping[str, float] | None:
    """The first point of highest validation accuracy; of lowest loss where no accuracy is known."""
    if known := _known(points, "validation_accuracy"):
        return max(known, key=lambda point: point["validation_accuracy"])
    known = _known(points, "validation_loss")
    return min(known, key=lambda point: point["validation_loss"]) if known else None


def _mark(panel: Axes, best: Mapping[str, float], place: str, quantity: str) -> None:
    panel.axvline(best[place], color="0.6", linewidth=0.8, zorder=0)
    value = best.get(f"validation_{quantity}")
    if value is None or isnan(value):
        return
    panel.plot(best[place], value, "*", color="black", markersize=9)
    shown = f"{value:.1%}" if quantity == "accuracy" else f"{value:.3f}"
    # The loss is the best one only where it is what was chosen by.
    chosen = quantity == "accuracy" or isnan(best.get("validation_accuracy", float("nan")))
    # Beside the star it would lie over the curves; down here there are none.
    text = f"{'best: ' if chosen else ''}{shown} at {place} {best[place]:g}"
    box = {"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1}
    panel.text(0.97, 0.04, text, ha="right", transform=panel.transAxes, bbox=box)
