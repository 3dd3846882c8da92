"""Bring the masks of images to the squares that the network is given."""

from pathlib import Path

from cnnscope.data.masks import decode_masks, mask_file
from cnnscope.data.preprocessing import Preprocessing
from cnnscope.data.source import Source
from cnnscope.files import save_array
from cnnscope.job import job
from cnnscope.tables import read_table

with job(snakemake) as (settings, log):
    # The demo is drawn by a job; what the user gives lies where the settings say.
    source = settings["source"] or Source(
        Path(snakemake.input.dataset) / settings.get("folder", "masks")
    )
    files = [mask_file(source, row["path"]) for row in read_table(snakemake.input.table)]
    masks = decode_masks(
        files, Preprocessing(**settings["image"]), workers=settings["threads"], log=log
    )
    save_array(snakemake.output.masks, masks)
