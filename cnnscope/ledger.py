"""What is known of every result of a run: what it was made from, and its own bytes.

A job that ends well leaves a record in `provenance.json`. The next plan compares it with what the
job would be made from today and with the files as they lie there; nothing else decides whether the
job runs again. So the results can be copied, moved or left alone with nothing but this file.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cnnscope.data.fingerprint import digest_of_named, file_digest
from cnnscope.files import write_json

PARTS = ("parameters", "inputs", "code", "libraries")
# Snakemake's mark in each folder that it made, and TensorBoard's logs, which hold the time of day.
_NO_RESULTS = (".snakemake", "events.out.tfevents.")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Ledger:
    """The records of a run by job, kept in a JSON file.

    A record has `rule`, `wildcards`, `identity`, the four PARTS (plain values), `outputs`: the
    SHA-256 of each file by its path, and `folders`: the outputs that are folders. Inputs made by
    another job carry `from` (that job), its `identity`, and `content`, the digest of the bytes that
    it had made.

    Args:
        file: `provenance.json`; paths below its folder are kept relative to it.
    """

    def __init__(self, file: Path) -> None:
        self.file = Path(file)
        self.records = self._read()

    def keep(self, job: str, record: Mapping, outputs: Iterable[str]) -> None:
        """Record `job` with the bytes of its outputs, files or folders; safe from several jobs."""
        made = {self.short(file): file_digest(file) for file in _files_in(outputs)}
        with _locked(self.file.parent):
            self.records = self._read()
            inputs = {name: self._with_content(given) for name, given in record["inputs"].items()}
            folders = [self.short(Path(output)) for output in outputs if Path(output).is_dir()]
            self.records[job] = dict(record) | {
                "inputs": inputs,
                "outputs": made,
                "folders": folders,
            }
            write_json(self.file, {"jobs": self.records})

    def content(self, job: str) -> str | None:
        """One digest of all that `job` made; None where it has no record."""
        record = self.records.get(job)
        return digest_of_named(sorted(record["outputs"].items())) if record else None

    def path(self, short: str) -> Path:
        return self.file.parent / short

    def short(self, path: Path) -> str:
        """`path` as it stands in a record."""
        folder = self.file.parent.absolute()
        path = path.absolute()
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)

    def changes(
        self, job: str, expected: Mapping, digest: Callable[[Path], str]
    ) -> dict[str, list[str]]:
        """Why the results of `job` are not what they would be today; empty when they are.

        Args:
            expected: the record that the job would leave, outputs aside.
            digest: the SHA-256 of a file.

        Returns:
            Lines for a person by what changed: one of PARTS, `files`, or `record` where there is
            none.
        """
        record = self.records.get(job)
        if record is None:
            return {"record": ["nothing is known of how it was made"]}
        expected = json.loads(json.dumps(expected))
        found = {
            part: differences(record[part], expected[part]) for part in PARTS if part != "inputs"
        }
        found["inputs"] = [
            line
            for name in sorted(record["inputs"].keys() | expected["inputs"].keys())
            for line in self._input_changes(name, record["inputs"], expected["inputs"])
        ]
        found["files"] = [
            line
            for short, made in record["outputs"].items()
            if (line := self._file_change(short, made, record["folders"], digest))
        ]
        return {part: lines for part, lines in found.items() if lines}

    def audit(self, expected: Mapping[str, Mapping | None]) -> tuple[list[str], int]:
        """What does not match, and how many files do; each file is read.

        Args:
            expected: by job, the record that it would leave today; None where no job would.
        """
        findings, right, known = [], 0, set()
        for job, record in sorted(self.records.items()):
            for short, made in record["outputs"].items():
                known.add(self.path(short).absolute())
                fault = _fault(self.path(short), made)
                findings += [f"{short} ({job}): {fault}"] if fault else []
                right += not fault
            if expected[job] is None:
                findings.append(f"{job}: orphaned, this config has no such job")
                continue
            # The files were compared above.
            changed = self.changes(job, expected[job], lambda path: "")
            findings += [
                f"{job}: {part}: {line}"
                for part, lines in changed.items()
                if part != "files"
                for line in lines
            ]
        findings += [
            f"{self.short(file)}: orphaned, no record names it"
            for file in _files_in([self.file.parent])
            if file.absolute() not in known and not self._is_aside(file)
        ]
        return findings, right

    def _file_change(
        self, short: str, made: str, folders: Iterable[str], digest: Callable[[Path], str]
    ) -> str | None:
        """Snakemake sees that a file or a whole folder is gone, but not what is gone from one."""
        path = self.path(short)
        within = [folder for folder in map(self.path, folders) if folder in path.parents]
        if not path.is_file() and not any(folder.is_dir() for folder in within):
            return None
        fault = _fault(path, made, digest)
        return f"{short} {fault}" if fault else None

    def _is_aside(self, file: Path) -> bool:
        """Whether no job answers for `file`: this ledger, logs, an unfinished training."""
        inside = Path(self.short(file))
        return file == self.file or inside.parts[0] == "logs" or "unfinished" in inside.parts

    def _input_changes(self, name: str, old: Mapping, new: Mapping) -> list[str]:
        was, is_now = old.get(name), new.get(name)
        if not isinstance(was, dict) or not isinstance(is_now, dict) or "from" not in is_now:
            return differences(was, is_now, name)
        source = is_now["from"]
        if was.get("from") != source or was.get("identity") != is_now["identity"]:
            return [f"{name}: follows {source}"]
        content = self.content(source)
        if content and was["content"] and content != was["content"]:
            return [f"{name}: {source} has made other bytes since"]
        return []

    def _with_content(self, given):
        if isinstance(given, dict) and "from" in given:
            return given | {"content": self.content(given["from"])}
        return given

    def _read(self) -> dict[str, dict]:
        try:
            jobs = json.loads(self.file.read_text())["jobs"]
        except (OSError, ValueError, TypeError, KeyError):
            return {}
        records = jobs.items() if isinstance(jobs, dict) else ()
        return {job: kept for job, kept in records if _is_record(kept)}


def differences(old, new, name: str = "") -> list[str]:
    """One line for each value that differs between two trees of plain values."""
    if old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in sorted(old.keys() | new.keys())
            for line in differences(old.get(key), new.get(key), f"{name}.{key}".lstrip("."))
        ]
    if old is None:
        return [f"{name} is new"]
    if new is None:
        return [f"{name} is gone"]
    if _is_digest(old) and _is_digest(new):
        return [f"{name} has other content"]
    return [f"{name}: {_brief(old)} -> {_brief(new)}"]


def _fault(path: Path, made: str, digest: Callable[[Path], str] = file_digest) -> str | None:
    if not path.is_file():
        return "is gone"
    return None if digest(path) == made else "is not as it was made"


def _is_record(kept) -> bool:
    """Whether it has all that a record has; those of earlier versions count as unknown."""
    return isinstance(kept, dict) and kept.keys() >= {
        "rule",
        "wildcards",
        "identity",
        *PARTS,
        "outputs",
        "folders",
    }


def _is_digest(value) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _brief(value) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _files_in(outputs: Iterable[str]) -> list[Path]:
    files = []
    for output in map(Path, outputs):
        inside = output.rglob("*") if output.is_dir() else [output]
        files += [f for f in inside if f.is_file() and not f.name.startswith(_NO_RESULTS)]
    return sorted(files)


@contextmanager
def _locked(folder: Path):
    """Alone among the processes that ask for the same folder; the lock ends with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Where a disk knows no locks, a record may be lost at worst, and its job runs again.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
