"""Train the model, from random weights or from a checkpoint."""

import shutil
from dataclasses import astuple, fields
from pathlib import Path

from model_context import new_model, read_split

from cnnscope.checkpoints.checkpoint import read_state_dict, save_weights
from cnnscope.checkpoints.other_classes import start_from
from cnnscope.files import replacing_folder
from cnnscope.job import job
from cnnscope.networks.classifier import check_output
from cnnscope.tables import write_table
from cnnscope.training.tensorboard import Events
from cnnscope.training.train import Point, Recipe
from cnnscope.training.tune import tune
from cnnscope.training.unfinished import Unfinished

with job(snakemake) as (settings, log):
    sizes = settings["model"]
    model = new_model(settings)
    check_output(model, sizes["size"], sizes["channels"], sizes["classes"])
    files, task = snakemake.input, snakemake.params.task
    if start := files.get("start"):
        start_from(model.network, read_state_dict(start), settings["seed"], log)
    training = read_split([files.training_images, files.training_table])
    unfinished = Unfinished(Path(task.folder) / "model" / "unfinished", task.record["key"])
    done = unfinished.found["points"][-1]["step"] if unfinished.found else 0
    events = Events(unfinished.folder / "tensorboard", model, after=done)
    if not done:
        events.start(training[0], log)
    points = tune(
        model, training, read_split([files.validation_images, files.validation_table]),
        Recipe(**settings["recipe"]), settings["seed"], log,
        unfinished=unfinished, observe=events.add, **settings["freezing"],
    )  # fmt: skip
    events.close()
    columns = [field.name for field in fields(Point)]
    write_table(snakemake.output.history, columns, map(astuple, points))
    save_weights(model.network, snakemake.output.weights)
    with replacing_folder(snakemake.output.events) as folder:
        shutil.copytree(events.folder, folder, dirs_exist_ok=True)
    unfinished.remove()
