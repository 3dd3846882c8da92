"""How every figure looks, and how it is written: the same bytes for the same arrays."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.errors import UserError
from cnnscope.files import replacing
from cnnscope.networks.probabilities import probabilities

STYLE = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.titlesize": 11,
    "figure.titleweight": "bold",
    "image.interpolation": "nearest",
    # A dollar sign in the name of a class is no formula.
    "text.parse_math": False,
    "savefig.bbox": "tight",
    "savefig.facecolor": "white",
    # Identifiers in an SVG are random without a salt.
    "svg.hashsalt": "cnnscope",
}
# For the whole process: a job draws nothing else, and has no screen.
matplotlib.use("Agg")
plt.rcParams.update(STYLE)
# Of the sizes of a map's values, for its last colour: what lies above has that colour too.
MAP_PERCENTILE = 99.5
# Letters of a class's name: over an image, where a mark and a share stand beside it, and beside an
# axis, where the longest of ImageNet's has room.
OVER_IMAGE, BESIDE_AXIS = 18, 30
_RIGHT, _WRONG = "#2f7d4f", "#c2524a"
# No dates in files: a figure drawn again is the same figure. Of what PNG's compression looks for,
# figures have runs of one value (type 3) above all: nearly the same size in a third of the time.
_WRITTEN = {
    "png": {
        "metadata": {"Software": None},
        "pil_kwargs": {"compress_level": 1, "compress_type": 3},
    },
    "pdf": {"metadata": {"CreationDate": None}},
    "svg": {"metadata": {"Date": None}},
}


def save(figure: Figure, path: str | Path, style: Mapping, below: Sequence[str] = ()) -> None:
    """Write `figure` to `path` with `style`'s `format` and `dpi`, whole or not at all.

    Args:
        below: lines for the foot of the figure, under `style`'s `seen` if it has that.
    """
    kind, below = style["format"], [*([style["seen"]] if "seen" in style else []), *below]
    if below:
        gap = 0.06 / figure.get_figheight()
        figure.text(0.5, -gap, "\n".join(below), ha="center", va="top", fontsize=7)
    # To look for the edges of a figure is to draw it twice; one laid out by hand fills its canvas.
    edges = None if below or figure.get_layout_engine() else figure.bbox_inches
    with replacing(path) as partial:
        figure.savefig(partial, format=kind, dpi=style["dpi"], bbox_inches=edges, **_WRITTEN[kind])
    plt.close(figure)


def colormap(name: str) -> matplotlib.colors.Colormap:
    """matplotlib's colour map of that name; a UserError names the key for one that is not there."""
    if name not in matplotlib.colormaps:
        raise UserError(
            f"figures.colormaps: matplotlib knows no '{name}'; viridis, inferno, magma, gray, bwr "
            "and their reverses (_r) are some that it knows"
        )
    return matplotlib.colormaps[name]


def show_image(axes: Axes, image: np.ndarray) -> None:
    """An image uint8 (H, W, C), grey when C is 1, without ticks."""
    grey = image.shape[-1] == 1
    axes.imshow(image[..., 0] if grey else image, cmap="gray" if grey else None, vmin=0, vmax=255)
    bare(axes)


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """Intensities in [0, 1] as uint8."""
    return (pictures * 255).round().astype(np.uint8)


def bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def show_judged(axes: Axes, image: np.ndarray, names: list[str], label: int, logits: np.ndarray):
    """An image under its verdict, in a frame: thin where it is right, thick and dashed if wrong."""
    show_image(axes, image)
    axes.set_title(verdict(names, label, logits), fontsize=7)
    if label >= 0:
        right = int(logits.argmax()) == label
        axes.spines[:].set(
            visible=True, color=_RIGHT if right else _WRONG, linewidth=1 if right else 2.5,
            linestyle="-" if right else (0, (2, 1)), capstyle="butt",
        )  # fmt: skip


def verdict(names: list[str], label: int, logits: np.ndarray) -> str:
    """Class numbers, then names: the true one; a mark (right, wrong), the predicted one, its share.

    Three lines, so that a caption is no wider than its image; two where no class is known to be
    true.
    """
    shares = probabilities(logits)
    predicted = int(shares.argmax())
    share = f"{shortened(class_name(names, predicted))} {shares[predicted]:.0%}"
    if label < 0:
        return f"predict: {predicted}\n{share}"
    mark = "✓" if predicted == label else "✗"
    truth = shortened(class_name(names, label))
    return f"label: {label}  predict: {predicted}\n{truth}\n{mark} {share}"


def layer_name(facts: Mapping) -> str:
    """A layer as the titles of figures name it, with its role if the job has chosen it.

    Args:
        facts: `layer` and perhaps `role`.
    """
    return f"{facts['layer']} ({facts['role']})" if "role" in facts else facts["layer"]


def class_name(names: list[str], number: int) -> str:
    """The name of a class; a model may know more classes than the dataset names."""
    return names[number] if number < len(names) else str(number)


def shortened(name: str, letters: int = OVER_IMAGE) -> str:
    """The name, or as much of a longer one as leaves room for an ellipsis."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def how_many_images(count: int | str, kind: str = "image") -> str:
    """`3 images`, `1 image`, or of another kind, such as `validation image`."""
    return f"{count} {kind}{'s' * (str(count) != '1')}"


def upper_bound(values: np.ndarray, percentile: float) -> float:
    """A percentile of |values| to scale by; 1 where all are 0, so that nothing divides by 0."""
    bound = float(np.percentile(np.abs(values), percentile))
    return bound or float(np.abs(values).max()) or 1.0


def map_limits(values: np.ndarray, *, signed: bool, relative: bool) -> tuple[float, float, str]:
    """What the first and the last colour of a map stand for, and that in words.

    The last colour is for `MAP_PERCENTILE` of |values|.

    Args:
        signed: whether 0 is in the middle of the colours rather than their beginning.
        relative: whether the colours begin at the least value.
    """
    bound = upper_bound(values, MAP_PERCENTILE)
    if relative:
        least = float(values.min())
        return min(least, bound), max(least, bound), f"{least:.2g} to {bound:.2g}"
    return -bound if signed else 0.0, bound, f"1.0 = {bound:.2g}"


def blocks(count: int, columns: int) -> list[range]:
    """0 .. count-1 in runs of at most `columns`, as even as can be."""
    runs = -(-count // columns)
    width = -(-count // max(runs, 1))
    return [range(start, min(start + width, count)) for start in range(0, count, max(width, 1))]
