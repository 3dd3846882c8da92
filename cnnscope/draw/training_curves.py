"""Loss and accuracy over the steps of training."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


def draw(points: Sequence[dict[str, float]]) -> Figure:
    """Loss beside accuracy, both splits; the point of best validation accuracy is marked.

    Args:
        points: `step`, `epoch` and `<split>_<loss|accuracy>` of training and validation.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    steps = [point["step"] for point in points]
    best = max(points, key=lambda point: point["validation_accuracy"])
    for panel, quantity, unit in zip(
        axes, ("loss", "accuracy"), ("nats", "share right"), strict=True
    ):
        for split, line in (("training", "o--"), ("validation", "o-")):
            values = [point[f"{split}_{quantity}"] for point in points]
            panel.plot(steps, values, line, markersize=3, label=split)
        panel.axvline(best["step"], color="0.6", linewidth=0.8, zorder=0)
        panel.set_xlabel(f"step ({points[-1]['epoch']:.1f} epochs in all)")
        panel.set_ylabel(f"{quantity} ({unit})")
        panel.grid(alpha=0.25)
        panel.legend(frameon=False)
    axes[0].set_ylim(bottom=0)
    axes[1].set_ylim(0, 1)
    axes[1].annotate(
        f"best {best['validation_accuracy']:.1%}",
        (best["step"], best["validation_accuracy"]),
        xytext=(-6, -16), textcoords="offset points", ha="right",
    )  # fmt: skip
    figure.suptitle("Training: augmented images, means since the last point; validation: as it is")
    return figure
