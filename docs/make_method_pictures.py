"""Draw the pictures of docs/methods/ from a run of docs/methods/pictures.yaml:

snakemake --cores 2 compare --configfile docs/methods/pictures.yaml
python docs/make_method_pictures.py results/method_pictures docs/methods
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cnnscope.figures.style import bare, colormap, map_limits, save  # noqa: E402
from cnnscope.planning.methods import declared_methods  # noqa: E402
from cnnscope.planning.settings import shipped_settings  # noqa: E402

# Three pixels of a figure for each of the 64 of the picture.
_SCALE, _DPI = 3, 100
_COLOURS = 256


def map_figure(values: np.ndarray, colours: str, *, signed: bool, relative: bool) -> Figure:
    """A map (H, W) beside a bar that ends at the 99.5th percentile of the values' sizes."""
    height, width = (_SCALE * length / _DPI for length in values.shape)
    figure = plt.figure(figsize=(width + 0.75, height + 0.2))
    left, bottom = 0.05 / (width + 0.75), 0.1 / (height + 0.2)
    size = (width / (width + 0.75), height / (height + 0.2))
    axes = figure.add_axes((left, bottom, *size))
    low, high, _ = map_limits(values, signed=signed, relative=relative)
    shown = axes.imshow(values, cmap=colormap(colours), vmin=low, vmax=high)
    bare(axes)
    beside = figure.add_axes((size[0] + 2 * left, bottom, 0.1 / (width + 0.75), size[1]))
    bar = figure.colorbar(shown, cax=beside, ticks=np.linspace(low, high, 3))
    bar.ax.set_yticklabels([f"{value:.2g}" for value in bar.get_ticks()], fontsize=7)
    return figure


def shrink(file: Path) -> None:
    """Keep a drawn picture small: a palette holds the colours of a map and its bar."""
    with Image.open(file) as drawn:
        drawn.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main(run: Path, folder: Path) -> None:
    colours = shipped_settings(ROOT)["figures"]["colormaps"]
    for name, method in declared_methods().items():
        (values,) = np.load(run / "comparisons" / f"compare_{name}.npy")
        chosen = colours["shap" if method.signed else "saliency"]
        figure = map_figure(values, chosen, signed=method.signed, relative=method.relative)
        file = folder / f"{name}.png"
        save(figure, file, {"format": "png", "dpi": _DPI})
        shrink(file)
    (picture,) = np.load(run / "image_sets" / "picture.npy")
    size = (_SCALE * picture.shape[1], _SCALE * picture.shape[0])
    enlarged = Image.fromarray(picture).resize(size, Image.Resampling.NEAREST)
    enlarged.quantize(_COLOURS).save(folder / "picture.png", optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
