"""Read the user's checkpoint, check it against the model, store it as the workflow's weights."""

from pathlib import Path

from model_context import new_model

from cnnscope.checkpoints.checkpoint import load_weights, read_state_dict, save_weights
from cnnscope.checkpoints.names import with_own_names
from cnnscope.checkpoints.other_classes import take_outputs
from cnnscope.data.fingerprint import file_digest
from cnnscope.errors import UserError
from cnnscope.job import job
from cnnscope.networks.classifier import check_output

with job(snakemake) as (settings, log):
    file = Path(snakemake.input[0])
    found, wanted = file_digest(file), settings["sha256"]
    log(f"{file}: SHA-256 {found}")
    if wanted and not found.startswith(wanted.lower()):
        raise UserError(
            f"{file}: its SHA-256 is {found}, model.sha256 says {wanted} (from model.weights, "
            "where it is not given); get the right file, or give this one's there"
        )
    model = new_model(settings)
    sizes = settings["model"]
    check_output(model, sizes["size"], sizes["channels"], sizes["classes"])
    state = with_own_names(read_state_dict(file), model.network, str(file), log)
    if "outputs" in sizes:
        # It is trained further for other classes.
        take_outputs(model.network, state)
    load_weights(model.network, state, str(file))
    save_weights(model.network, snakemake.output.weights)
