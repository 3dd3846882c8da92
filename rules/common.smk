# Settings, what the dataset holds, and the names that the rules share.
import atexit
import fcntl
import os
import re
import shlex
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import yaml

from cnnscope import checks, provenance
from cnnscope.config_files import read_config
from cnnscope_demo.food_classes import FOOD_CLASSES
from cnnscope.data.dataset import Source, open_dataset
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.listing import SPLITS
from cnnscope.errors import UserError
from cnnscope.ledger import Ledger
from cnnscope.checkpoints.share_links import Remote
from cnnscope.planning.methods import config_schema, declared_methods
from cnnscope.settings import check_plain, complete, merge, typed

# Not workflow.basedir: that is the folder of the Snakefile which takes this one as a module.
HERE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parent
SHIPPED = yaml.safe_load((HERE / "config.yaml").read_text())
PINS = provenance.read_pins(HERE / "envs" / "requirements.txt")
# Beside the Snakefile in a checkout; among other libraries where it is installed.
LIBRARY = provenance.Root(
    Path(provenance.__file__).resolve().parents[1], ("cnnscope", "cnnscope_demo")
)
# Without it MKL may take sums and waves in another order from one run to the next.
os.environ.setdefault("MKL_CBWR", "AUTO")
# Jobs keep the memory of tensors, in large pages: left alone, glibc gives it back after each use and
# takes it again page by page, which is a quarter of a training step.
os.environ.setdefault(
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=2147483648:"
    "glibc.malloc.trim_threshold=4294967296",
)


def placed(path):
    """Where a path of the rules lies: the prefix of a module comes before it, in params too."""
    return Path(workflow.modifier.modify_path(path))


CONTENT_INDEX = placed("results/.index/contents.json")


def read_settings():
    """config.yaml and the user's overlay; checked, defaults filled in."""
    # Snakemake has read these, but takes the last of two equal keys.
    for file in workflow.configfiles:
        if Path(file).is_file():
            read_config(Path(file))
    check_plain(config)
    schema = config_schema(HERE / "schemas" / "config.schema.yaml", METHODS)
    shipped = SHIPPED
    model = config.get("model")
    if isinstance(model, dict) and "architecture" in model:
        # Another architecture does not take the shipped one's arguments.
        shipped = SHIPPED | {"model": SHIPPED["model"] | {"arguments": {}}}
    settings = merge(shipped, typed(config, schema), schema)
    for question in METHODS:
        section = settings.get(question)
        if isinstance(section, dict) and section.get("target") is True:
            # YAML reads a bare true as a truth value.
            settings[question] = section | {"target": "true"}
    return complete(settings, schema)


def survey(settings):
    """Classes, the number of images and the digest of each split, before anything runs."""
    if settings["dataset"]["path"] is None:
        counts = {split: settings["demo"][split] * len(FOOD_CLASSES) for split in SPLITS}
        return settings["dataset"]["classes"] or list(FOOD_CLASSES), counts, {}
    dataset = open_dataset(source_of(settings))
    splits = dataset.listing.splits
    digests = {
        name: provenance.digest(content=dataset.digest(name), labels=split.labels)
        for name, split in splits.items()
    }
    counts = {name: len(split.names) for name, split in splits.items()}
    return list(dataset.listing.classes), counts, digests


def source_of(settings):
    """The dataset that the user gives, and how it is to be read."""
    how = settings["dataset"]
    return Source(
        path=Path(how["path"]),
        layout=how["layout"],
        classes=tuple(how["classes"]) if how["classes"] else None,
        validation_fraction=how["validation_fraction"],
        max_bad_rows=how["max_bad_rows"],
        seed=settings["seed"],
        memory=CONTENT_INDEX.parent,
    )


def check_questions(settings, classes, counts):
    """Whether the questions fit the data; targets become class numbers."""
    for key in ("mean", "std"):
        if len(settings["image"][key]) != settings["image"]["channels"]:
            raise UserError(f"image.{key}: give a number a channel (image.channels)")
    for question in (*METHODS, "filters", "activations"):
        checks.check_set_names(question, settings[question]["images"], settings["image_sets"])
        if question in METHODS:
            target = checks.resolve_target(question, settings[question]["target"], classes)
            settings[question]["target"] = target
    for question in ("filters", "top_images"):
        checks.check_layers(f"{question}.layers", settings[question]["layers"] or ())
    for name in used_sets(settings):
        image_set = settings["image_sets"][name]
        if image_set["split"] not in counts:
            raise UserError(f"image_sets.{name}.split: the dataset has no {image_set['split']}/")
        checks.check_image_set(name, image_set, counts[image_set["split"]])
    if settings["top_images"]["split"] not in counts:
        raise UserError(f"top_images.split: the dataset has no {settings['top_images']['split']}/")
    for split in scored_splits(settings, counts):
        if split not in counts:
            raise UserError(f"confusion.split: the dataset has no {split}/")
    weights = settings["model"]["checkpoint"]
    local = None if weights and is_address(weights) else weights
    if local and not Path(local).is_file():
        # An address that was misspelt into a file's name still has its token behind the mark.
        raise UserError(f"model.checkpoint: there is no file {local.partition('?')[0]}")
    history = settings["model"]["history"]
    if history and not weights:
        raise UserError("model.history: goes with model.checkpoint; what is trained has its own")
    if history and not Path(history).is_file():
        raise UserError(f"model.history: there is no file {history}")
    paths = {"output": settings["output"], "model.checkpoint": local, "model.history": history}
    for key, path in paths.items():
        if re.search("[{}]", path or ""):
            raise UserError(f"{key}: Snakemake reads {{ and }} in {path} as wildcards; rename it")


def fit_shipped_sets(settings, counts):
    """On a dataset too small for the positions that config.yaml ships, as many, evenly spread."""
    for name, image_set in settings["image_sets"].items():
        places, count = image_set.get("positions"), counts.get(image_set["split"], 0)
        untouched = places and places == SHIPPED["image_sets"].get(name, {}).get("positions")
        if untouched and count <= max(places):
            few = min(len(places), count)
            spread = [place * count // few for place in range(few)]
            settings["image_sets"][name] = image_set | {"positions": spread}


def used_sets(settings):
    """The image sets of the questions, in the order of the config."""
    asked = {n for q in settings["questions"] for n in settings.get(q, {}).get("images", ())}
    return [name for name in settings["image_sets"] if name in asked]


def scored_splits(settings, counts):
    """The splits whose predictions are compared with the truth."""
    split = settings["confusion"]["split"]
    return list(counts) if split == "all" else [split]


def is_address(weights):
    return re.match(r"[a-z][a-z0-9+.-]*://", weights, re.IGNORECASE) is not None


def run_name(settings):
    if settings["run"]:
        return settings["run"]
    if settings["dataset"]["path"] is None:
        return "demo"
    name = Path(settings["dataset"]["path"]).resolve().name
    name = re.sub(r"\.(zip|csv|tar(\.\w+)?|tgz|tbz2?|txz)$", "", name)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-") or "dataset"


try:
    METHODS = declared_methods()
    SETTINGS = read_settings()
    CLASSES, COUNTS, CONTENTS = survey(SETTINGS)
    fit_shipped_sets(SETTINGS, COUNTS)
    check_questions(SETTINGS, CLASSES, COUNTS)
except UserError as error:
    sys.exit(f"cnnscope: {error}")

SETTINGS["run"] = run_name(SETTINGS)
# With all that was filled in: the report's front page reads it.
config.update(SETTINGS)

RESULTS = f"results/{SETTINGS['run']}"
FIGURES = SETTINGS["output"] or f"{RESULTS}/figures"
FORMAT = SETTINGS["figures"]["format"]
DEMO = SETTINGS["dataset"]["path"] is None
TRAINED = SETTINGS["model"]["checkpoint"] is None
DATASET = Source(placed(f"{RESULTS}/dataset")) if DEMO else source_of(SETTINGS)
CHECKPOINT = SETTINGS["model"]["checkpoint"]
HISTORY = SETTINGS["model"]["history"]
WEIGHTS = f"{RESULTS}/model/weights.safetensors"
CURVES_TITLE = (
    "Training: augmented images, means since the last point; validation: as it is"
    if TRAINED
    else "Training curves, as they came with the checkpoint"
)
ARCHITECTURE = SETTINGS["model"]["architecture"]
COMPUTE = {key: SETTINGS[key] for key in ("device", "threads")}
MODEL = SETTINGS["image"] | {
    "architecture": ARCHITECTURE,
    "arguments": SETTINGS["model"]["arguments"],
    "classes": len(CLASSES),
}
IMAGE_SHAPE = [MODEL[key] for key in ("channels", "size", "size")]
SCORED = scored_splits(SETTINGS, COUNTS)
SCORED_NAME = " and ".join(", ".join(SCORED).rsplit(", ", 1))
STYLE = {key: SETTINGS["figures"][key] for key in ("format", "dpi")}
USED_SETS = used_sets(SETTINGS)
TOP_SPLIT = SETTINGS["top_images"]["split"]
LAYERS = {one["layer"]: one["filters"] for one in SETTINGS["filters"]["layers"]}
STARTS = {
    one["layer"]: one.get("start", SETTINGS["filters"]["start"])
    for one in SETTINGS["filters"]["layers"]
}
TOP_LAYERS = {
    one["layer"]: one["filters"]
    for one in SETTINGS["top_images"]["layers"] or SETTINGS["filters"]["layers"]
    if one["filters"] != "all"
}

if CHECKPOINT:
    CHECKPOINT_FILE = f"{RESULTS}/model/downloaded" if is_address(CHECKPOINT) else local(CHECKPOINT)

# Whoever installs the library chooses the versions, within its ranges.
if (HERE / "envs" / "setup.sh").is_file() and (unmet := provenance.unmet_pins(PINS)):
    print(f"cnnscope: not as pinned: {'; '.join(unmet)}. Run bash envs/setup.sh", file=sys.stderr)
# While the rules are read, what a profile says of triggers is not known, but what of logs is.
if workflow.is_main_process and not workflow.output_settings.show_failed_logs:
    print(
        "cnnscope: its profile is not in use: jobs may run again though nothing has changed. "
        f"Add --workflow-profile {shlex.quote(str(HERE / 'profiles' / 'default'))}",
        file=sys.stderr,
    )


wildcard_constraints:
    split="|".join(SPLITS),
    image_set="[A-Za-z0-9_-]+",
    method="|".join(METHODS),
    mapped="|".join(name for name, method in METHODS.items() if method.figure == "maps") or "(?!)",
    layer="[A-Za-z0-9_.-]+",


def figure(name):
    return f"{FIGURES}/{name}.{FORMAT}"
