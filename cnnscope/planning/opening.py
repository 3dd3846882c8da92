"""The user's dataset, opened as the settings say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cnnscope.data.dataset import open_dataset
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.data.layout import recognised_layout
from cnnscope.data.listing import SPLITS
from cnnscope.data.loose_pictures import PICTURES
from cnnscope.data.source import OpenDataset, Source
from cnnscope.errors import UserError
from cnnscope.planning.pretrained import class_names


def opened(
    settings: Mapping, index: ContentIndex
) -> tuple[Source, OpenDataset] | tuple[None, None]:
    """Where the dataset lies and what it holds; None and None for the demo, which a job draws.

    Raises:
        UserError: there is none, or it is not as the settings say.
    """
    how = settings["dataset"]
    if how["path"] is None:
        if how["masks"]:
            raise UserError(
                "dataset.masks: goes with dataset.path; the demo draws masks of its own"
            )
        return None, None
    path = Path(how["path"])
    layout = recognised_layout(path, index) if how["layout"] == "auto" else how["layout"]
    _check_layout(how, layout)
    _check_masks(how["masks"], layout)
    names = _names(how["classes"])
    if names is None and layout == PICTURES and how["classes"] is None:
        # Labels may be told by them.
        names = class_names(settings)
    source = Source(
        path=path,
        layout=layout,
        classes=tuple(names) if names else None,
        labels=Path(how["labels"]) if how["labels"] else None,
        validation_fraction=how["validation_fraction"],
        max_bad_rows=how["max_bad_rows"],
        seed=settings["seed"],
        memory=index.memory,
    )
    dataset = open_dataset(source, index)
    if layout != PICTURES:
        source, dataset = _with_names(source, dataset, class_names(settings), index)
    return source, dataset


def _check_layout(how: Mapping, layout: str) -> None:
    if layout == PICTURES:
        return
    if how["labels"]:
        raise UserError(
            f"dataset.labels: goes with pictures; {how['path']} is laid out as {layout}, with "
            "labels of its own"
        )
    if isinstance(how["classes"], int):
        raise UserError(
            f"dataset.classes: a number goes with pictures; {how['path']} is laid out as {layout}, "
            "whose labels tell it"
        )


def _check_masks(given: str | None, layout: str) -> None:
    if given is None:
        return
    if not Path(given).is_dir():
        raise UserError(
            f"dataset.masks: there is no folder {given}; give the one that holds the masks as PNG "
            "files, or null"
        )
    if layout != PICTURES and not any((Path(given) / split).is_dir() for split in SPLITS):
        raise UserError(
            f"dataset.masks: {given} has no folder {', '.join(SPLITS)}; a mask is called "
            "<split>/<name>.png there"
        )


def _names(given: list[str] | str | int | None) -> list[str] | None:
    """The names of the classes, from a list or a file with a name a line; None for a number.

    Raises:
        UserError: the file cannot be read or names no class.
    """
    if not isinstance(given, str):
        return None if isinstance(given, int) else given
    try:
        lines = Path(given).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"dataset.classes: {given} cannot be read: {error}") from error
    names = [line.strip() for line in lines if line.strip()]
    if not names:
        raise UserError(f"dataset.classes: {given} holds no name; write a class a line")
    return names


def _with_names(
    source: Source, dataset: OpenDataset, names: Sequence[str] | None, index: ContentIndex
) -> tuple[Source, OpenDataset]:
    """The dataset with the class names of the network's weights, where it has no others.

    They count where classes are numbers, or folders called as some of them.
    """
    if not names or source.classes:
        return source, dataset
    known = dataset.listing.classes
    if source.layout == "folders":
        fitting = set(known) <= set(names)
    else:
        fitting = len(known) <= len(names) and known == tuple(map(str, range(len(known))))
    if not fitting:
        return source, dataset
    source = replace(source, classes=tuple(names))
    return source, open_dataset(source, index)
