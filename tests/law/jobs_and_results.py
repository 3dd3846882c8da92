"""What a run says of its jobs, and what it leaves behind."""

import fnmatch
import re
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = (".npy", ".npz", ".csv", ".json", ".png", ".svg", ".html", ".safetensors")


def jobs_in(output: str) -> list[str]:
    """The jobs that make results which Snakemake began: `rule label-key`."""
    found = re.findall(r"^(?:local)?rule (\w+):\n((?: {4}.*\n)*)", output, re.MULTILINE)
    named = re.compile(r"^ {4}wildcards: result=(.*)$", re.MULTILINE)
    results = [(rule, named.search(block)) for rule, block in found]
    return [f"{rule} {result[1]}" for rule, result in results if result]


def matches(job: str, patterns: Iterable[str]) -> bool:
    rule, result = job.split(" ")
    names = (rule, f"{rule} {result.rpartition('-')[0]}")
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)


def stored(folder: Path) -> set[str]:
    """The results that are whole in the store, named as jobs are."""
    records = (folder / "results/.store").glob("[!.]*/*/record.json")
    return {f"{record.parts[-3]} {record.parts[-2]}" for record in records}


def results(folder: Path) -> dict[str, bytes]:
    """What is published of a run and what is stored, records among it, by its path."""
    shown = (folder / "results").glob("[!.]*")
    stored = (folder / "results/.store").glob("[!.]*")
    places = [*shown, *stored, folder / "elsewhere", folder / "another place"]
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for place in places
        for file in sorted(place.rglob("*"))
        if file.suffix in SUFFIXES and file.is_file()
    }
