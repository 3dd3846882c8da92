"""The store of results: which of them are there, whole and made from what they would be today.

A result lies in a folder that is named after its key, so a missing file is the only reason to make
it. What this module adds is distrust: a stored file that was cut short, edited or replaced is not
what its record says, and its job has to run again.
"""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cnnscope.planning.record import RECORD, file_fault, made, read_record, says
from cnnscope.planning.result import Result


class Store:
    """A folder of results, each below `<rule>/<label>-<key>/`.

    Args:
        root: the folder.
        digest: file -> its SHA-256, for example `ContentIndex.digest`.
    """

    def __init__(self, root: Path, digest: Callable[[Path], str]) -> None:
        self.root = Path(root)
        self._digest = digest
        self.record = cache(self._record)
        self.fault = cache(self._fault)

    def _record(self, result: Result) -> dict | None:
        return read_record(self.root / result.record)

    def _fault(self, result: Result) -> str | None:
        """Why the stored result cannot be used, in words; None where it can."""
        record = self.record(result)
        if record is None or not says(record, result.described()):
            return f"{result.folder}: there is no record of how it was made"
        folder = self.root / result.folder
        for name, digest in record["outputs"].items():
            if reason := file_fault(folder / name, digest, self._digest):
                return f"{result.folder}/{name} {reason}"
        for source in result.sources():
            now, then = self.record(source), record["sources"].get(source.folder)
            if now and made(now) != then:
                return f"{result.folder}: {source.folder} has other content since"
        return None

    def is_wrong(self, result: Result) -> bool:
        """Whether something lies in its place that must not be used.

        Where the record is missing the result counts as not made, which Snakemake sees by itself.
        """
        return (self.root / result.record).exists() and self.fault(result) is not None

    def remove_wrong(self, result: Result) -> None:
        """Remove the files of a result that must not be used, the record first.

        The folder stays, for other processes may wait for it.
        """
        if self.is_wrong(result):
            folder = self.root / result.folder
            for file in sorted(folder.iterdir(), key=lambda file: file.name != RECORD):
                shutil.rmtree(file) if file.is_dir() else file.unlink()
