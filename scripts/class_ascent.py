"""Find the pictures that classes want."""

from model_context import load_model

from cnnscope.files import save_result
from cnnscope.inspection.class_pictures import explain
from cnnscope.job import job

with job(snakemake) as (settings, log):
    model = load_model(settings, snakemake.input.weights)
    pictures, details, facts = explain(
        model,
        classes=settings["classes"],
        seed=settings["seed"],
        size=(settings["model"]["size"],) * 2,
        channels=settings["model"]["channels"],
        steps=settings["steps"],
        log=log,
    )
    save_result(snakemake.output.array, pictures, details, facts)
