"""What the scripts of figures read: five images in three image sets, and what belongs to them.

Each function writes what one script reads of the images that are kept, and gives the settings and
the inputs that it has beside those of all figures.
"""

from pathlib import Path

import numpy as np
from asymmetric import COUNTS, MIXUPS, NAMES

from cnnscope.files import save_array, save_result, write_json
from cnnscope.tables import write_table

RNG = np.random.default_rng(0)
# Five images of 6 x 8 and what belongs to them, no two alike.
IMAGES = (np.arange(720) * 37 % 251).astype(np.uint8).reshape(5, 6, 8, 3)
PARTS = (1, 0, 4)
LABELS = [2, 0, -1, 1, 3]
EXPLAINED = np.array([[2, 2], [0, 1], [1, 3], [-1, 3], [3, 0]])
STYLE = {"format": "png", "dpi": 50, "names": NAMES}
EMPTY = "image set b is empty: none is wrong"


def of_images(*shape: int) -> np.ndarray:
    """Numbers of both signs for the five images, each image's ten times those of the one before."""
    return RNG.normal(size=(5, *shape)) * 10.0 ** np.arange(5).reshape(5, *[1] * len(shape))


SEEN = {"labels": np.array(LABELS), "targets": np.array([1, 3, 0, 2, 1]), "logits": of_images(4)}
MAPS, CHANNELS, PICTURES = of_images(6, 8), of_images(3, 4, 5), RNG.random((2, 6, 8, 3))
PERTURBED = {
    "segments": np.repeat([[[0, 1, 2, 2]]], 5, 0).repeat(6, 1).repeat(2, 2),
    "explained": EXPLAINED, "weights": of_images(2, 3), "r2": of_images(2),
}  # fmt: skip
VALUES = {
    "values": of_images(4, 3, 6, 8),
    "residual": np.tile(np.arange(4) * 1e-3, (5, 1)),
    "classes": np.tile(np.arange(4), (5, 1)),
}
# Two filters by five images.
ANSWERS = {"activations": of_images(2, 4, 5), "objective_images": of_images(2)}
ALTERED = {"objective_start": of_images(2), "objective_end": of_images(2)}
CHANGED = RNG.random((5, 2, 6, 8, 3))
FILTERS = {"filters": np.array([9, 2])}
RISE = {"objective_start": np.zeros(2), "objective_end": np.ones(2)}


def result(folder: Path, kept: list[int], array, details: dict, **facts) -> dict:
    """The files of a stored result, cut to the images that are kept."""
    cut = {name: value[kept] for name, value in details.items()}
    save_result(folder / "result.npy", array[kept], cut, {"units": "logits"} | facts)
    return {"array": folder / "result.npy"}


def saliency(folder, kept):
    return {"saliency": "inferno"}, result(folder, kept, np.abs(MAPS), SEEN)


def maps(folder, kept):
    settings = {"colours": "bwr", "signed": True, "title": "A method"}
    return settings, result(folder, kept, MAPS, SEEN)


def lime(folder, kept):
    save_array(folder / "counts.npy", COUNTS)
    rows = [tuple(row.values()) for row in MIXUPS]
    write_table(folder / "mixups.csv", list(MIXUPS[0]), rows)
    inputs = {"counts": folder / "counts.npy", "mixups": folder / "mixups.csv"}
    settings = {"split": "validation", "confusion": "Blues"}
    return settings, inputs | result(folder, kept, MAPS, SEEN | PERTURBED)


def shap(folder, kept):
    return {"shap": "bwr"}, result(folder, kept, MAPS, SEEN | VALUES)


def filters(folder, kept):
    details = FILTERS | RISE | {name: of[kept].swapaxes(0, 1) for name, of in ANSWERS.items()}
    save_result(folder / "result.npy", PICTURES, details, {"units": "output", "start": "noise"})
    settings = {"layer": "cnn.0", "filters": "chosen", "activations": "viridis"}
    return settings, {"array": folder / "result.npy"}


def altered(folder, kept):
    settings, inputs = filters(folder, kept)
    details = FILTERS | {name: of[kept].swapaxes(0, 1) for name, of in ALTERED.items()}
    facts = {"units": "output", "start": "image"}
    save_result(inputs["array"], CHANGED[kept].swapaxes(0, 1), details, facts)
    return settings | {"filters": "all"}, inputs


def activations(folder, kept):
    rows = []
    for layer, channels in {"cnn.0": CHANNELS[kept], "fc": CHANNELS[kept, :, :1, :1]}.items():
        facts = {"layer": layer, "type": "Conv2d", "dead": [1], "shape": channels.shape}
        save_array(folder / f"{layer}.npy", channels)
        write_json(folder / f"{layer}.json", facts)
        rows.append((layer, f"{layer}.npy"))
    write_table(folder / "layers.csv", ("layer", "file"), rows)
    return {"activations": "viridis", "scale": "shared"}, {"arrays": folder}


def samples(folder, kept):
    tables = [folder / f"{name}.json" for name in "abc"]
    return {"sets": list("abc")}, {"tables": tables}


FIGURES = {
    draw.__name__: draw
    for draw in (saliency, maps, lime, shap, filters, altered, activations, samples)
}
