"""What a job is told beside its settings."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A class of its own, because Snakemake compares, stores and prints parameters of plain types.

    Attributes:
        record: what `Result.described` says of the result.
        outputs: its files by name, relative to its folder; a folder ends with a slash.
        context: what does not change the result: threads, device, the folder of the dataset.
        folder: of the run's published results.
        log: where people find the log of the job.
        was_whole: whether the stored result could be used when the plan was made.
    """

    record: Mapping
    outputs: Mapping[str, str]
    context: Mapping
    folder: str
    log: str
    was_whole: bool
