"""Draw the demo dataset."""

from cnnscope.files import replacing_folder
from cnnscope.job import job
from cnnscope_demo.dataset import draw_dataset
from cnnscope_demo.food_classes import FOOD_CLASSES
from cnnscope_demo.marks import Shortcut

with job(snakemake) as (settings, log):
    counts = {split: settings[split] for split in ("training", "validation", "testing")}
    with replacing_folder(snakemake.output[0]) as folder:
        mark = settings["shortcut"]
        shortcut = mark and Shortcut(mark["kind"], mark["class"], mark["share"])
        draw_dataset(folder, counts, settings["seed"], workers=snakemake.threads, shortcut=shortcut)
    drawn = sum(counts.values()) * len(FOOD_CLASSES)
    log(f"drew {drawn} images of {len(FOOD_CLASSES)} classes with seed {settings['seed']}")
