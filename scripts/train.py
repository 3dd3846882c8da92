"""Train the model."""

from dataclasses import astuple, fields

from job_context import job
from model_context import new_model, read_split

from cnnscope.models.checkpoint import save_weights
from cnnscope.models.classifier import check_output
from cnnscope.models.train import Point, Recipe, train
from cnnscope.tables import write_table

with job(snakemake) as log:
    settings = snakemake.params.settings
    sizes = settings["model"]
    model = new_model(settings)
    check_output(model, sizes["size"], sizes["channels"], sizes["classes"])
    points = train(
        model,
        read_split(snakemake.input.training),
        read_split(snakemake.input.validation),
        Recipe(**settings["recipe"]),
        settings["seed"],
        log,
    )
    columns = [field.name for field in fields(Point)]
    write_table(snakemake.output.history, columns, map(astuple, points))
    save_weights(model.network, snakemake.output.weights)
