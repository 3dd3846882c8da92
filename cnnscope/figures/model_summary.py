"""The architecture: its layers as a drawing and as a table."""

import re

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from cnnscope.figures.chart import Chart
from cnnscope.figures.style import blocks

CHART = Chart(
    title="layers",
    category="Model",
    caption="The layers in the order in which an image passes them. Boxes: as high as the side of "
    "the output, a share of the input's (for a vector, the logarithm of its length), "
    "convolutions as deep as the logarithm of their channels, coloured by type as in the "
    "legend. Table: settings, size of the output (channels × height × width), parameters, "
    "and the products that are summed for one image; bars show a layer's share of the one "
    "that has most.\n\n"
    "Changed by: ``model.architecture``, ``model.arguments``, ``image.size``, "
    "``image.channels``.",
    reads={"lines": "layers"},
    uses=("architecture", "shape"),
)

# By the name of the type, first match first.
_FAMILIES = {
    "convolution": ("Conv", "#3b6ea8"),
    "norm": ("Norm", "#9ec3a4"),
    "activation": ("LU|Sigmoid|Tanh|Soft|Mish|swish", "#e3a94f"),
    "pooling": ("Pool", "#c2524a"),
    "dropout": ("Dropout", "#b9b9b9"),
    "linear": ("Linear", "#7a5ea3"),
    "other": ("", "#dddddd"),
}
_COLUMNS = ("layer", "type", "settings", "output", "parameters", "multiply_adds")
_ROWS = 64
_LINE = 0.175  # inches a row
_LETTER = 0.064  # inches a letter, and rather more
_RULE = "⌊(n + 2 · padding − dilation · (window − 1) − 1) / stride⌋ + 1"


def draw(lines: list[dict[str, str]], architecture: str, shape: tuple[int, int, int]) -> Figure:
    """Boxes as high as a layer's output and as deep as its channels, over a table of all layers.

    Args:
        lines: `layer`, `type`, `settings`, `output`, `parameters`, `multiply_adds`; the last is
            the total.
        shape: (C, H, W) of the input.
    """
    cells = [[_cell(line, column) for column in _COLUMNS] for line in lines]
    heads = [column.replace("_", "-") for column in _COLUMNS]
    widths = [max(map(len, column)) * _LETTER + 0.2 for column in zip(heads, *cells, strict=True)]
    runs = blocks(len(lines), _ROWS)
    width = max(sum(widths) * len(runs) + 0.3 * (len(runs) - 1), 7.0)
    height = (len(runs[0]) + 1.6) * _LINE
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(width, height + 2.9), height_ratios=[2.0, height], layout="constrained"
    )
    _draw_boxes(top, lines[:-1], shape, width)
    bottom.axis("off")
    bottom.set_xlim(0, width)
    bottom.set_ylim(height, 0)
    margin = (width - sum(widths) * len(runs) - 0.3 * (len(runs) - 1)) / 2
    for place, run in enumerate(runs):
        left = margin + place * (sum(widths) + 0.3)
        _draw_table(bottom, left, widths, heads, [(lines[i], cells[i]) for i in run], lines[:-1])
    total = lines[-1]
    figure.suptitle(
        f"{architecture}: {int(total['parameters']):,} parameters, "
        f"{_short(int(total['multiply_adds']))} multiply-adds an image of "
        + " × ".join(map(str, shape))
    )
    figure.supxlabel(
        f"Convolutions and pools turn a side n into {_RULE}.\n"
        "Multiply-adds: of convolutions and matrix products. "
        "Bars: share of the layer that has most.",
        fontsize=7,
    )
    return figure


def _cell(line: dict[str, str], column: str) -> str:
    value = line[column]
    if column in ("parameters", "multiply_adds"):
        number = int(value)
        return "" if not number else f"{number:,}" if column == "parameters" else _short(number)
    return value.replace(" x ", " × ")


def _short(number: int) -> str:
    """1234567 as "1.23 M"."""
    number = int(float(f"{number:.3g}"))
    for power, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= power:
            return f"{number / power:#.3g}".rstrip(".") + letter
    return str(number)


def _family(kind: str) -> str:
    return next(name for name, (pattern, _) in _FAMILIES.items() if re.search(pattern, kind))


def _draw_table(axes: Axes, left: float, widths, heads, rows, layers) -> None:
    """A panel of the table; widths in inches, a row is `_LINE` high."""
    edges = left + np.concatenate([[0], np.cumsum(widths)])
    most = [max((int(line[c]) for line in layers), default=0) or 1 for c in _COLUMNS[4:]]
    _write(axes, edges, 0.5, heads, weight="bold")
    axes.hlines([0.05 * _LINE, 1.05 * _LINE], edges[0], edges[-1], color="black", linewidth=0.8)
    for row, (line, cells) in enumerate(rows, 1):
        total = line["layer"] == "total"
        if total:
            axes.hlines((row + 0.05) * _LINE, edges[0], edges[-1], color="black", linewidth=0.8)
        else:
            colour = _FAMILIES[_family(line["type"])][1]
            chip = (edges[1] - 0.12, (row + 0.25) * _LINE)
            axes.add_patch(Rectangle(chip, 0.07, 0.6 * _LINE, color=colour))
            for column, largest in zip((4, 5), most, strict=True):
                long = (widths[column] - 0.1) * int(line[_COLUMNS[column]]) / largest
                corner = (edges[column + 1] - long, (row + 0.15) * _LINE)
                axes.add_patch(Rectangle(corner, long, 0.8 * _LINE, color="#cfdcec", linewidth=0))
        _write(axes, edges, row + 0.5, cells, weight="bold" if total else "normal")


def _write(axes: Axes, edges: np.ndarray, row: float, cells: list[str], weight: str) -> None:
    for column, text in enumerate(cells):
        number = column >= 4
        x = edges[column + 1] - 0.04 if number else edges[column] + 0.02
        axes.text(
            x, (row + 0.05) * _LINE, text, ha="right" if number else "left", va="center_baseline",
            fontsize=7.5, weight=weight,
        )  # fmt: skip


def _draw_boxes(
    axes: Axes, layers: list[dict[str, str]], shape: tuple[int, int, int], inches: float
) -> None:
    """Height: side of the output, as a share of the input's; width: logarithm of its channels.

    A vector has no side: it is as high as the logarithm of its length.
    """
    axes.axis("off")
    sizes = [_sizes(line["output"]) for line in layers]
    families = [_family(line["type"]) for line in layers]
    carries = [family in ("convolution", "linear") for family in families]
    wide = [
        0.12 * np.log2(1 + size[0]) if family == "convolution" else 0.18
        for size, family in zip(sizes, families, strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum([w + 0.12 for w in wide])])
    free, last = -np.inf, None
    for start, width, size, heavy, family in zip(
        starts[:-1], wide, sizes, carries, families, strict=True
    ):
        flat = len(size) < 3
        high = 0.045 * np.log2(1 + size[-1]) if flat else max(size[-1] / shape[-1], 0.03)
        axes.add_patch(
            Rectangle(
                (start, -high / 2), width, high, facecolor=_FAMILIES[family][1], edgecolor="white",
                linewidth=0.3,
            )
        )  # fmt: skip
        if heavy and size != last and start > free:
            text, last = "×".join(map(str, size)), size
            axes.text(start, high / 2 + 0.03, text, fontsize=6, ha="left", va="bottom")
            free = start + (len(text) + 1) * 0.85 * _LETTER / inches * starts[-1]
    axes.set_xlim(-0.1, starts[-1] + 0.1)
    axes.set_ylim(-0.74, 0.68)  # below the tallest box there is room for the legend
    used = [name for name in _FAMILIES if name in families]
    patches = [Patch(color=_FAMILIES[name][1], label=name) for name in used]
    axes.legend(handles=patches, loc="lower right", ncols=len(used), frameon=False, fontsize=7)


def _sizes(output: str) -> list[int]:
    return [int(size) for size in output.split(" x ")] if output else [1]
