"""What lies in a store and under published names, held against the records."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from cnnscope.planning.changes import changes
from cnnscope.planning.publication import Publication
from cnnscope.planning.record import NO_RESULTS, RECORD, file_fault, read_record
from cnnscope.planning.result import Result


def expected_records(
    asked: Mapping[Result, Publication],
    published: Collection[Result],
    placed: Callable[[str], str] = str,
) -> dict[str, list[dict]]:
    """What `reasons` holds records against, for the published results that are asked about.

    Args:
        published: all results with a published name.
        placed: a path of the plan -> where it lies.
    """
    return {
        placed(publication.record): [
            one.described()
            for one in (result, *(part for part in result.sources() if part not in published))
        ]
        for result, publication in asked.items()
    }


def reasons(expected: Mapping[str, Sequence[Mapping]], store: Path) -> dict[str, list[str]]:
    """Why each published result of a config is no longer what it would be today.

    Args:
        expected: by the path of a published record, what `Result.described` says today of the
            result, and then of those that it is made from and that have no published names.
        store: where these lie.

    Returns:
        Lines by the name of the result; without those that were never made.
    """
    found = {}
    for file, (described, *parts) in expected.items():
        record = read_record(Path(file))
        if record is not None:
            lines = [] if record["key"] == described["key"] else changes(record, described)
            found[_name(described["result"])] = _with_parts(lines, record, parts, store)
    return found


def say_reasons(found: Mapping[str, Sequence[str]]) -> list[str]:
    """What `reasons` has found, in lines for people."""
    changed = {result: lines for result, lines in found.items() if lines}
    said = [f"{result}: {line}" for result, lines in sorted(changed.items()) for line in lines]
    return [*said, f"{len(changed)} of {len(found)} results would be made anew"]


def _with_parts(
    lines: Sequence[str], record: Mapping, parts: Sequence[Mapping], store: Path
) -> list[str]:
    """The lines with the reasons of the parts in place of those that only point to parts."""
    now = {_name(part["result"]): part for part in parts}
    then = {_name(source): source for source in record["sources"]}
    own = [line for line in lines if not any(line.endswith(f"follows {name}") for name in now)]
    for name in now.keys() & then.keys():
        old = read_record(store / then[name] / RECORD)
        if old is not None and lines:
            own += changes(old, now[name])
    # Shards say the same, one after the other.
    return list(dict.fromkeys(own or lines))


def _name(folder: str) -> str:
    rule, result = folder.split("/")
    return f"{rule} {result.rpartition('-')[0]}"


def audit(store: Path, folder: Path, digest: Callable[[Path], str]) -> tuple[list[str], int]:
    """What does not match its record, and how many files do; each file is read.

    Args:
        folder: of the published results of a run.
    """
    findings, right, known = [], 0, set()
    for file in sorted(folder.glob("records/*.json")):
        published = (read_record(file) or {}).get("published", {str(file): ""})
        known |= {Path(path).absolute() for path in published}
        found = _faults(published, digest)
        findings += found
        right += len(published) - len(found)
    findings += [f"{file}: no record names it" for file in _others(folder, known)]
    for result, record in stored_records(store):
        if record is None:
            # Of a job that failed there is a log alone.
            if any(file.name != "log.txt" for file in result.iterdir()):
                findings.append(f"{result}: nothing is known of how it was made")
            continue
        outputs = {str(result / file): made for file, made in record["outputs"].items()}
        found = _faults(outputs, digest)
        findings += found
        right += len(outputs) - len(found)
    return findings, right


def say_findings(findings: Sequence[str], right: int) -> list[str]:
    """What `audit` has found, in lines for people."""
    said = [f"cnnscope: {finding}" for finding in findings]
    return [*said, f"{right} files as recorded, {len(findings)} findings"]


def _faults(files: Mapping[str, str], digest: Callable[[Path], str]) -> list[str]:
    reasons = {file: file_fault(Path(file), made, digest) for file, made in files.items()}
    return [f"{file}: {reason}" for file, reason in reasons.items() if reason]


def _others(folder: Path, known: set[Path]) -> list[Path]:
    """The files of a run that no job has published; records, logs and a training aside."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.absolute() not in known
        and not file.name.startswith(NO_RESULTS)
        and file.relative_to(folder).parts[0] not in ("records", "logs")
        and "unfinished" not in file.parts
    ]


def stored_records(store: Path) -> Iterator[tuple[Path, dict | None]]:
    """The folder and the record of each stored result, in the order of their names."""
    for folder in sorted(store.glob("[!.]*/*/")):
        yield folder, read_record(folder / RECORD)
