"""What the scripts of figures read: five images in three image sets, and what belongs to them.

Each function writes what one script reads of the images that are kept, and gives the settings and
the inputs that it has beside those of all figures.
"""

import importlib
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
STYLE = {"format": "png", "dpi": 50}
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
FACTS = {"layer": "cnn.0", "units": "output"}
ENDINGS = {"details": ".npz", "facts": ".json"}
SCORES = {"scores": "scores.csv", "score_facts": "scores.json"}
RISE = {"objective_start": np.zeros(2), "objective_end": np.ones(2)}


def charted(folder: Path, chart: str, **arguments) -> tuple[dict, dict]:
    """The settings and inputs of a chart that reads a stored result by these names."""
    reads = importlib.import_module(f"cnnscope.figures.{chart}").CHART.reads
    inputs = {
        name: folder / (SCORES.get(name) or f"result{ENDINGS.get(name, '.npy')}")
        for name, said in reads.items()
        if "confusion" not in said
    }
    return {"chart": chart, "arguments": arguments}, inputs


def store(folder: Path, kept: list[int], array, details: dict) -> None:
    """Store a result, cut to the images that are kept."""
    cut = {name: value[kept] for name, value in details.items()}
    facts = {"units": "logits", "background_images": "4 training images"}
    save_result(folder / "result.npy", array[kept], cut, facts)
    scores = [(f"{place / 10}", f"{place}") for place in kept]
    write_table(folder / "scores.csv", ("deletion score", "insertion score"), scores)
    metrics = {name: {"title": name} for name in ("deletion", "insertion")}
    write_json(folder / "scores.json", {"metrics": metrics, "trust": "Trust them."})


def saliency(folder, kept):
    store(folder, kept, np.abs(MAPS), SEEN)
    return charted(folder, "saliency", names=NAMES, colours="inferno")


def maps(folder, kept):
    store(folder, kept, MAPS, SEEN)
    arguments = {"colours": "bwr", "signed": True, "relative": False, "title": "A method"}
    return charted(folder, "maps", names=NAMES, **arguments)


def lime(folder, kept):
    store(folder, kept, MAPS, SEEN | PERTURBED)
    save_array(folder / "counts.npy", COUNTS)
    rows = [tuple(row.values()) for row in MIXUPS]
    write_table(folder / "mixups.csv", list(MIXUPS[0]), rows)
    arguments = {"split": "validation", "confusion_colours": "Blues"}
    settings, inputs = charted(folder, "lime", names=NAMES, **arguments)
    files = {"counts": folder / "counts.npy", "mixups": folder / "mixups.csv"}
    return settings, inputs | files


def shap(folder, kept):
    store(folder, kept, MAPS, SEEN | VALUES)
    return charted(folder, "shap", names=NAMES, colours="bwr")


def filters(folder, kept):
    details = FILTERS | RISE | {name: of[kept].swapaxes(0, 1) for name, of in ANSWERS.items()}
    save_result(folder / "result.npy", PICTURES, details, FACTS)
    return charted(folder, "filters", activations_colours="viridis")


def altered_images(folder, kept):
    details = FILTERS | {name: of[kept].swapaxes(0, 1) for name, of in ALTERED.items()}
    array = CHANGED[kept].swapaxes(0, 1)
    save_result(folder / "result.npy", array, details, FACTS)
    return charted(folder, "altered_images")


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
    return {"sets": list("abc"), "names": NAMES}, {"tables": tables}


FIGURES = {
    draw.__name__: draw
    for draw in (saliency, maps, lime, shap, filters, altered_images, activations, samples)
}
