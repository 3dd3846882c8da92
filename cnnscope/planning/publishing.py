"""Stored files under the names that people see, and whether those are what they should be."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cnnscope.planning.publication import Publication
from cnnscope.planning.record import file_fault, read_record, says


def published_digests(
    stored: Mapping[str, str], outputs: Mapping[str, str], paths: Mapping[str, str]
) -> dict[str, str]:
    """The digest of each published file of a result, by its path.

    Args:
        stored: the result's files by the name of the output, relative to its folder; a folder ends
            with a slash.
        outputs: the digests of all its files by their path below its folder.
        paths: the published path of each output that has one.
    """
    digests = {}
    for output, path in paths.items():
        name = stored[output]
        if name.endswith("/"):
            inside = [file for file in outputs if file.startswith(name)]
            digests |= {f"{path}/{file.removeprefix(name)}": outputs[file] for file in inside}
        else:
            digests[path] = outputs[name]
    return digests


def is_current(
    publication: Publication,
    place: Callable[[str], str],
    digest: Callable[[Path], str],
    stored: Mapping | None,
) -> bool:
    """Whether the published files are those of the publication's result.

    Args:
        place: where a published path lies on this machine.
        digest: file -> its SHA-256.
        stored: the record of the stored result, which may have been made anew with other bytes.
    """
    result = publication.result
    record = read_record(Path(place(publication.record)))
    if record is None or not says(record, stored or result.described()):
        return False
    paths = {output: place(path) for output, path in publication.files.items()}
    published = published_digests(result.outputs, record["outputs"], paths)
    return record.get("published") == published and not any(
        file_fault(Path(path), made, digest) for path, made in published.items()
    )
