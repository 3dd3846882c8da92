"""Score attributions by what becomes of pictures of the demo without each of their parts."""

from model_context import load_model

from cnnscope.data.preprocessing import Preprocessing
from cnnscope.data.set_files import log_empty_sets
from cnnscope.evaluation._trial_scores import Maps, network_scores, trial_scores
from cnnscope.evaluation._trial_tables import mean_rows, picture_rows
from cnnscope.files import load_result, save_result
from cnnscope.job import job
from cnnscope.tables import read_table, write_table
from cnnscope_demo.interventions import Picture
from cnnscope_demo.trials import Trials, every_part

with job(snakemake) as (settings, log):
    log_empty_sets("interventions", settings["sets"], snakemake.input.tables, log)
    model = load_model(settings, snakemake.input.weights)
    paths = [row["path"] for row in read_table(snakemake.input.index)]
    how, seed = Preprocessing(**settings["image"]), settings["seed"]
    pictures = [Trials(model, Picture.at(path, seed), how) for path in paths]
    arrays, details = every_part(pictures)
    facts = {"units": "grey level", "paths": paths}
    save_result(snakemake.output.array, arrays, details, facts)
    scores = {"network": {"BI": network_scores(pictures)}}
    for method, signed, *files in zip(
        settings["methods"],
        settings["signed"],
        snakemake.input.predicted,
        snakemake.input.second,
        strict=True,
    ):
        first, second = (load_result(file) for file in files)
        if refused := first[2].get("refused") or second[2].get("refused"):
            log(f"{method}: left out, for {refused}")
            continue
        maps = Maps(first[0], second[0], signed)
        scores[method], threshold = trial_scores(pictures, maps)
        log(f"{method}: a part is important from {threshold:.3f} of its map on")
    means = mean_rows(scores, seed)
    write_table(snakemake.output.table, means[0].keys(), [row.values() for row in means])
    rows = picture_rows(scores, paths)
    write_table(snakemake.output.pictures, ("method", "protocol", "path", "score"), rows)
    log(f"{len(pictures)} pictures, {len(details['names'])} parts")
