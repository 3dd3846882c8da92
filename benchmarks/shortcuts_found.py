"""How often a planted shortcut is named with its class and place, and how often one that is not.

    python benchmarks/shortcuts_found.py --seeds 0 20 [--kind sticker] [--folder FOUND]

For each seed the demo is drawn once, and shown to two networks: as it is, and with a mark on 0.9 of
the pictures of egg. Both are trained as the demo is, and the maps of all training pictures are
clustered as `snakemake shortcuts` does. A seed counts as found where egg is named, and nothing
else, with a place of an eighth of the picture at most that holds a quarter of the mark or more.

Prints a row a seed, with what the mark does where it moves to pictures of other classes: what the
network does not use cannot be found in its maps. What is done lies in FOUND, so that a call goes on
where one was interrupted.
"""

import argparse
import io
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cnnscope.attribution import input_x_gradient, lrp
from cnnscope.data.decode import decode_image
from cnnscope.data.preprocessing import Preprocessing, preprocess
from cnnscope.evaluation._shortcut_tables import Criterion, Finding, findings
from cnnscope.evaluation.known_marks import accuracy_rows
from cnnscope.files import read_json, write_json
from cnnscope.networks.build import build
from cnnscope.networks.classifier import Classifier, predict
from cnnscope.networks.device import use_threads
from cnnscope.seeds import seed_for
from cnnscope.training.train import Recipe, train
from cnnscope.workers import each
from cnnscope_demo.food_classes import FOOD_CLASSES, drawn_images
from cnnscope_demo.marks import Shortcut, marked
from cnnscope_demo.scene import draw_picture

COUNTS = {"training": 80, "validation": 20, "testing": 20}
JOBS = [job for split, count in COUNTS.items() for job in drawn_images(split, count)]
SPLITS = np.array([job[0] for job in JOBS])
LABELS = np.array([job[1] for job in JOBS])
EGG = FOOD_CLASSES.index("egg")
SIZE, MOST, LEVEL = 64, 0.5, 0.05
# A place is right if it holds so much of the mark, and is no larger than this share of the picture.
_COVERED, _LARGEST = 0.25, 0.125
HEAD = (
    "| seed | accuracy | taken for egg | with the mark | pixels of the mark | relevance on it | "
    "named | by | named without a mark |\n" + "|---" * 9 + "|"
)
METHODS = {"lrp": lrp, "input_x_gradient": input_x_gradient}
quiet = partial(print, end="", file=io.StringIO())


def drawn(seed: int, job):
    return draw_picture(seed, *job[:3])


def shown(pictures, shortcut: Shortcut | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The pictures as the network is given them, from JPEG files, and where the mark lies."""
    images, marks = [], []
    for job, (picture, food) in zip(JOBS, pictures, strict=True):
        mark = np.zeros(food.shape, bool)
        if shortcut:
            picture, mark = marked(shortcut, picture, food, seed, job)
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=92)
        file.seek(0)
        images.append(decode_image(file, Preprocessing(SIZE, 3))[0])
        white = Image.fromarray(mark.astype(np.uint8) * 255)
        marks.append(preprocess(white, Preprocessing(SIZE, 1))[..., 0] >= 128)
    return np.stack(images), np.stack(marks)


def trained(images: np.ndarray, seed: int, steps: int) -> Classifier:
    torch.manual_seed(seed_for(seed, "weights"))
    network = build("food_cnn", {"width": 0.25}, classes=len(FOOD_CLASSES), size=SIZE, channels=3)
    model = Classifier(network, [0.5] * 3, [0.25] * 3)
    recipe = Recipe(
        steps=steps, batch_size=64, learning_rate=0.003, weight_decay=0.05, label_smoothing=0.05,
        shift=0.1, mixup=0.4, evaluations=1, precision="bfloat16",
    )  # fmt: skip
    training, validation = (
        (images[one == SPLITS], LABELS[one == SPLITS]) for one in ("training", "validation")
    )
    train(model, training, validation, recipe, seed, quiet)
    return model


def outcome(pictures, shortcut: Shortcut | None, seed: int, steps: int) -> dict:
    """What is named, and how often the network errs."""
    images, marks = shown(pictures, shortcut, seed)
    model = trained(images, seed, steps)
    learnt, moved = SPLITS == "training", SPLITS == "testing"
    found = []
    for name, method in METHODS.items():
        maps = method.explain(model, images[learnt], LABELS[learnt], log=quiet).attribution
        criterion = Criterion(MOST, LEVEL, len(METHODS), seed)
        found += findings(name, maps, LABELS[learnt], marks[learnt], criterion)
    rows = accuracy_rows(
        LABELS[moved],
        predict(model, images[moved]).argmax(1),
        marks[moved].any((1, 2)),
        FOOD_CLASSES,
    )
    egg = next(one for one in found if one.separation.label == EGG)
    return {
        "named": [described(one, marks[learnt]) for one in found if one.named],
        "accuracy": float(np.nanmean([row["accuracy_without"] for row in rows])),
        "taken": [rows[EGG]["taken_without"], rows[EGG]["taken_with"]],
        "relevance": [egg.on_mark, egg.mark],
        "closest": max(closeness(one) for one in found if one.separation.label != EGG),
        "egg": {one.method: closeness(one) for one in found if one.separation.label == EGG},
    }


def described(one: Finding, marks: np.ndarray) -> dict:
    top, left, bottom, right = one.box
    of_class = marks[one.rows]
    inside = of_class[:, top:bottom, left:right].sum() / max(of_class.sum(), 1)
    small = (bottom - top) * (right - left) <= _LARGEST * SIZE**2
    label = one.separation.label
    on_mark = bool(small and inside >= _COVERED)
    return {"method": one.method, "class": FOOD_CLASSES[label], "box": one.box, "on_mark": on_mark}


def closeness(one: Finding) -> list[float]:
    return [round(one.separation.outstanding, 3), round(one.separation.chance, 4)]


def row(seed: int, planted: dict, clean: dict) -> str:
    told = sorted({(one["class"], one["on_mark"]) for one in planted["named"]})
    by = " ".join(one["method"] for one in planted["named"])
    named = ", ".join(f"{name}{'' if place else ' elsewhere'}" for name, place in told) or "none"
    wrong = ", ".join(sorted({one["class"] for one in clean["named"]})) or "none"
    without, having = planted["taken"]
    on_mark, pixels = planted["relevance"]
    return (
        f"| {seed} | {planted['accuracy']:.2f} | {without:.2f} | {having:.2f} | {pixels:.3f} | "
        f"{on_mark:.3f} | {named} | {by} | {wrong} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs=2, default=(0, 20), metavar=("FIRST", "END"))
    parser.add_argument("--kind", default="sticker", choices=("sticker", "watermark", "tint"))
    parser.add_argument("--share", type=float, default=0.9)
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("results/shortcuts_found"))
    asked = parser.parse_args()
    use_threads(1)
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(HEAD)
    right = clean_ones = 0
    planted = Shortcut(asked.kind, EGG, asked.share)
    for seed in range(*asked.seeds):
        results = []
        pictures = None
        for name, shortcut in ((f"{asked.kind}-{asked.share}", planted), ("clean", None)):
            file = asked.folder / f"{name}-{asked.steps}-{seed}.json"
            if not file.is_file():
                pictures = pictures or list(each(partial(drawn, seed), JOBS, asked.workers, 11))
                write_json(file, outcome(pictures, shortcut, seed, asked.steps))
            results.append(read_json(file))
        print(row(seed, *results), flush=True)
        named = results[0]["named"]
        right += bool(named) and all(one["class"] == "egg" and one["on_mark"] for one in named)
        clean_ones += not results[1]["named"]
    count = len(range(*asked.seeds))
    print(f"\nnamed with class and place: {right} of {count}; clean and none named: {clean_ones}")


if __name__ == "__main__":
    main()
