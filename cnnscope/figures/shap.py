"""SHAP values: a row an image, a column a class."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from cnnscope.figures.style import (
    bare,
    class_name,
    colormap,
    probabilities,
    show_judged,
    upper_bound,
)

_PERCENTILE = 99.7


def draw(
    images: np.ndarray, details: dict[str, np.ndarray], names: list[str], map_name: str
) -> Figure:
    """SHAP values over the faded image; one symmetric scale a row, so classes can be compared.

    Args:
        images: uint8 (N, H, W, C).
        details: of N images or more `labels` (N,), `logits` (N, K), `values` (N, K, C, H, W),
            `residual` (N, K).
    """
    by_class = details["values"][: len(images)].sum(2)
    classes = by_class.shape[1]
    figure, grid = plt.subplots(
        len(images), 1 + classes, figsize=(1.15 * (1 + classes) + 1.0, 1.7 * len(images) + 0.9),
        squeeze=False, layout="constrained",
    )  # fmt: skip
    for row, (image, values) in enumerate(zip(images, by_class, strict=True)):
        shares = probabilities(details["logits"][row])
        show_judged(grid[row, 0], image, names, details["labels"][row], details["logits"][row])
        grid[row, 0].set_xlabel(f"residual {details['residual'][row].max():.0e}", fontsize=6)
        bound = upper_bound(values, _PERCENTILE)
        faded = 255 - (255 - image.mean(-1)) * 0.25
        for number in range(classes):
            axes = grid[row, 1 + number]
            axes.imshow(faded, cmap="gray", vmin=0, vmax=255)
            painted = axes.imshow(
                values[number], cmap=colormap(map_name), vmin=-bound, vmax=bound, alpha=0.8
            )
            bare(axes)
            axes.set_title(f"{class_name(names, number)}\n{shares[number]:.0%}", fontsize=6.5)
        figure.colorbar(painted, ax=grid[row], shrink=0.85, pad=0.01, label="SHAP value (logit)")
    # Other colour maps have other colours at their ends.
    above, below = ("red", "blue") if map_name == "bwr" else ("above 0", "below 0")
    figure.suptitle(f"Deep SHAP: {above} speaks for the class of the column, {below} against it")
    return figure
