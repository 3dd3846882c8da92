"""The stored results of a small run, from which a report is written: every value is known.

The images are higher than wide, and no map is symmetric. Class names and file names hold what a
page could take for markup.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from cnnscope.files import save_result, write_json
from cnnscope.report.collected import write_report
from cnnscope.tables import SET_COLUMNS, write_table

NAMES = ["apple", "</script><script>window.harmed = 1</script>", "<img src=x onerror=harm()>"]
HEIGHT, WIDTH = 6, 4
# Of the scored images the true class and the predicted one: seven in five cells.
LABELS, PREDICTED = [0, 0, 1, 1, 2, 2, 0], [0, 1, 1, 1, 0, 2, 1]
PATHS = [
    "validation/0.png", "validation/</script>.png", "validation/\udc80.png", "validation/3.png",
    "validation/4.png", "validation/5.png", "validation/6.png",
]  # fmt: skip
# What the explained images are: a row of the scored ones each.
EXPLAINED = [0, 1, 4, 5]
BOARD_COLUMNS = (
    "method", "title", "control", "metric", "category", "better", "mean", "low", "high", "images",
    "beats_controls", "not_better_than", "rank",
)  # fmt: skip
# As text 10 comes before 9, and -2 before 0.5 in either order.
MEANS = {"saliency": "9", "shap": "10", "lime": "nan", "sobel": "-2"}


def logits(rows=range(7)) -> np.ndarray:
    """Of each image 2 for the predicted class, and for the others more with each image."""
    found = np.zeros((7, 3), np.float32)
    found += np.arange(7)[:, None] / 10
    found[np.arange(7), PREDICTED] = 2
    return found[list(rows)]


def photographs() -> np.ndarray:
    """uint8 (7, H, W, 3): each of one colour, but for its first pixel."""
    images = np.full((7, HEIGHT, WIDTH, 3), 40, np.uint8)
    images += (np.arange(7, dtype=np.uint8) * 20)[:, None, None, None]
    images[:, 0, 0] = 255
    return images


def saliency_maps() -> np.ndarray:
    """float32 (4, H, W): image, row and column can be read from each value."""
    image, row, column = np.mgrid[:4, :HEIGHT, :WIDTH]
    return (image + row / 10 + column / 100).astype(np.float32)


def shap_values() -> np.ndarray:
    """float32 (4, 2, 1, H, W), of two classes; below 0 in the upper half."""
    values = saliency_maps()[:, None, None] * np.array([1, -3], np.float32)[:, None, None, None]
    values[..., : HEIGHT // 2, :] *= -1
    return values


def _details() -> dict:
    targets = np.array([LABELS[row] for row in EXPLAINED])
    return {"labels": targets, "targets": targets, "logits": logits(EXPLAINED)}


def _index() -> list[tuple]:
    return [
        (
            place,
            "some" if place < 1 else "more",
            "validation",
            row,
            PATHS[row],
            LABELS[row],
            "0" * 64,
        )
        for place, row in enumerate(EXPLAINED)
    ]


def _scored(folder: Path, name: str, values: list[str], trust: str) -> None:
    columns = (*SET_COLUMNS, "deletion score")
    rows = [(*row, value) for row, value in zip(_index(), values, strict=True)]
    write_table(folder / f"{name}_scores.csv", columns, rows)
    about = {"title": "Deletion", "better": "lower", "category": "faithfulness"}
    write_json(folder / f"{name}_scores.json", {"metrics": {"deletion": about}, "trust": trust})


def store(folder: Path) -> dict:
    """Write the results; give their paths as the job has them."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"units": "logits per unit of intensity"}
    save_result(folder / "saliency.npy", saliency_maps(), _details(), facts)
    classes = np.array([[0, 1], [0, 1], [2, 1], [2, 1]])
    details = _details() | {"classes": classes, "values": shap_values()}
    details["residual"] = np.array([[0.01, 0.02], [0.01, 0.5], [0, 0], [0, 0]])
    save_result(folder / "shap.npy", shap_values()[:, 0, 0], details, {"units": "logit"})
    for name in ("saliency", "shap"):
        write_table(folder / f"{name}.csv", SET_COLUMNS, _index())
    _scored(folder, "saliency", ["0.25", "nan", "0.5", "0.75"], "Do not trust these maps.")
    _scored(folder, "shap", ["0.125", "0.5", "0.5", "0.75"], "")
    np.save(folder / "some.npy", photographs()[EXPLAINED[:1]])
    np.save(folder / "more.npy", photographs()[EXPLAINED[1:]])
    np.save(folder / "photographs.npy", photographs())
    np.save(folder / "logits.npy", logits())
    table = [("validation", row, LABELS[row], PATHS[row]) for row in range(7)]
    write_table(folder / "table.csv", ("split", "position", "label", "path"), table)
    counts = np.zeros((3, 3), np.int64)
    np.add.at(counts, (LABELS, PREDICTED), 1)
    np.save(folder / "counts.npy", counts)
    _board(folder)
    _figures(folder)
    of = {"maps": "npy", "details": "npz", "facts": "json", "indices": "csv"}
    paths = {
        name: [str(folder / f"{method}.{kind}") for method in ("saliency", "shap")]
        for name, kind in of.items()
    }
    for name, kind in {"scores": "csv", "score_facts": "json"}.items():
        paths[name] = [str(folder / f"{one}_scores.{kind}") for one in ("saliency", "shap")]
    one_each = {"logits": "logits.npy", "tables": "table.csv", "photographs": "photographs.npy"}
    paths |= {name: [str(folder / file)] for name, file in one_each.items()}
    figures = [str(folder / name) for name in ("curves.png", "layers", "filters.png")]
    return paths | {
        "set_images": [str(folder / "some.npy"), str(folder / "more.npy")],
        "counts": str(folder / "counts.npy"),
        "scoreboard": str(folder / "board.csv"),
        "figures": figures,
        "layer_facts": [str(folder / "filters.json")],
        "records": [str(folder / "record.json")],
    }


def _board(folder: Path) -> None:
    rows = [
        (
            name, name.upper(), "yes" if name == "sobel" else "no", "deletion", "faithfulness",
            "lower", mean, mean, mean, 4, "yes" if name == "shap" else "no", "sobel blurred",
            "nan" if name == "lime" else "1.5",
        )
        for name, mean in MEANS.items()
    ]  # fmt: skip
    write_table(folder / "board.csv", BOARD_COLUMNS, rows)


def _figures(folder: Path) -> None:
    (folder / "layers").mkdir(exist_ok=True)
    for name, size in {
        "curves": (90, 60),
        "layers/conv10": (40, 30),
        "layers/conv3": (60, 30),
        "layers/conv2": (50, 30),
    }.items():
        Image.new("RGB", size, "orange").save(folder / f"{name}.png")
    Image.new("RGB", (30, 20), "green").save(folder / "filters.png")
    write_json(folder / "filters.json", {"layer": "conv2", "role": "last"})
    record = {
        "result": "gather/saliency-0123456789", "key": "a" * 64,
        "parameters": {"target": "</script>"}, "inputs": {"arrays": ["attribution/x/array"]},
        "code": {"a.py": "b" * 64}, "libraries": {"numpy": "2"},
        "outputs": {"result.npy": "c" * 64}, "sources": {},
    }  # fmt: skip
    (folder / "record.json").write_text(json.dumps(record))


def settings(**changes) -> dict:
    """What the plan says of these results."""
    method = {"summary": "", "paper": "A, B 2020", "relative": False}
    figure = {"made": "made-gather-saliency", "layer": None, "told": False, "filled_in": {}}
    strip = "Every channel of ``{{ snakemake.wildcards.layer }}`` in "
    strip += "{{ snakemake.params.settings.activations }}."
    return {
        "names": NAMES,
        "images": 24,
        "settings": {
            "seed": 0,
            "image": {"size": 6, "channels": 3},
            "model": {"architecture": "<b>net</b>", "arguments": {}},
        },
        "methods": {
            "saliency": method | {"title": "Saliency", "signed": False, "colours": "inferno"},
            "shap": method | {"title": "Deep SHAP", "signed": True, "colours": "bwr"},
        },
        "sources": [
            {"question": name, "method": name, "target": "true", "scored": True,
             "made": f"made-gather-{name}"}
            for name in ("saliency", "shap")
        ],
        "sets": ["some", "more"],
        "split": "validation",
        "metrics": {"deletion": "Deletion"},
        "figures": [
            figure | {"category": "Training", "title": "curves", "caption": "Loss & ``a < b``."},
            figure | {"category": "Activations", "title": "{layer}", "caption": strip,
                      "filled_in": {"activations": "viridis"}},
            figure | {"category": "Filters", "title": "last", "caption": "Filters.",
                      "layer": "last", "told": True},
        ],
        "left_out": ["training_curves: left out, for <reason>"],
    } | changes  # fmt: skip


def written(folder: Path, without: tuple[str, ...] = (), **changes) -> str:
    """The page of the run, or of one that lacks some results."""
    files: Mapping = {name: one for name, one in store(folder).items() if name not in without}
    write_report(folder / "report.html", files, settings(**changes))
    return (folder / "report.html").read_text(encoding="utf-8")


def data_of(page: str) -> dict:
    """The data that the script of a page reads."""
    start = page.index('<script type="application/json" id="data">')
    text = page[page.index(">", start) + 1 : page.index("</script>", start)]
    return json.loads(text)
