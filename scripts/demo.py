"""Draw the demo dataset."""

import shutil
from pathlib import Path

from job_context import job

from cnnscope.data.demo import draw_dataset
from cnnscope.data.fingerprint import file_digest
from cnnscope.data.food_classes import FOOD_CLASSES
from cnnscope.files import write_json

with job(snakemake) as log:
    settings = snakemake.params.settings
    contents = Path(snakemake.output[0])
    folder = contents.parent
    partial = folder.with_name(".partial-dataset")
    shutil.rmtree(partial, ignore_errors=True)
    counts = {split: settings[split] for split in ("training", "validation", "testing")}
    draw_dataset(partial, counts, settings["seed"], workers=snakemake.threads)
    files = sorted(file for file in partial.rglob("*") if file.is_file())
    digests = {file.relative_to(partial).as_posix(): file_digest(file) for file in files}
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    write_json(contents, digests)
    log(f"drew {len(digests)} files of {len(FOOD_CLASSES)} classes with seed {settings['seed']}")
