"""All that the report shows, collected from the files of stored results."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cnnscope.figures.palette import palette
from cnnscope.figures.style import class_name
from cnnscope.files import load_details, read_json, replacing
from cnnscope.report.confusion import confusion
from cnnscope.report.embedding import text
from cnnscope.report.explained import Explained, Source, explained
from cnnscope.report.figures import by_category, by_layer, shown
from cnnscope.report.page import page
from cnnscope.report.records import made_from
from cnnscope.report.scoreboard import scoreboard
from cnnscope.tables import read_table


def write_report(path: str | Path, files: Mapping, settings: Mapping) -> dict[str, int]:
    """Write the page.

    Args:
        files: the paths of the inputs, as `cnnscope.planning.report` names them; what a run does
            not have is not among them.
        settings: what the plan says of these.

    Returns:
        How many images, maps and figures it shows.
    """
    names = settings["names"]
    found = _explained(files, settings)
    figures = _figures(files, settings)
    matrix = _confusion(files, names) if "counts" in files else None
    board = _scoreboard(files, settings) if "scoreboard" in files else None
    methods = settings["methods"]
    colours = {one["colours"] for one in methods.values()}
    numbers = {one["label"] for one in found.images} | {one["predicted"] for one in found.images}
    numbers |= {one["class"] for one in found.maps}
    data = {
        "classes": {str(one): class_name(names, one) for one in sorted(numbers) if one >= 0},
        "images": found.images,
        "maps": found.maps,
        "sources": found.sources,
        "methods": methods,
        "palettes": {name: text(palette(name).tobytes()) for name in sorted(colours)},
        "cells": matrix["cells"] if matrix else [],
        "cell_images": matrix["images"] if matrix else [],
    }
    whole = page(
        data,
        explained=found,
        matrix=matrix,
        board=board,
        layers=by_layer(figures),
        figures=by_category(figures),
        made=made_from(files.get("records", ())),
        settings=settings,
    )
    with replacing(path) as partial:
        # Names of files may hold bytes that are no text.
        partial.write_text(whole, encoding="utf-8", errors="replace", newline="\n")
    return {"images": len(found.images), "maps": len(found.maps), "figures": len(figures)}


def _explained(files: Mapping, settings: Mapping) -> Explained:
    scores = iter(zip(files.get("scores", ()), files.get("score_facts", ()), strict=True))
    sources = [
        _source(about, *given, *(next(scores) if about["scored"] else (None, None)))
        for about, given in zip(settings["sources"], _of_sources(files), strict=True)
    ]
    sets = {
        name: np.load(file, mmap_mode="r")
        for name, file in zip(settings["sets"], files.get("set_images", ()), strict=True)
    }
    return explained(sources, sets, settings["names"], settings["methods"], settings["images"])


def _of_sources(files: Mapping) -> list[tuple[str, ...]]:
    lists = (files.get(name, ()) for name in ("maps", "details", "facts", "indices"))
    return list(zip(*lists, strict=True))


def _source(
    about: Mapping, maps: str, details: str, facts: str, index: str, scores: str | None, told
) -> Source:
    return Source(
        about["question"],
        about["method"],
        str(about["target"]),
        about["made"],
        np.load(maps, mmap_mode="r"),
        load_details(details),
        read_json(facts),
        read_table(index),
        read_table(scores) if scores else None,
        read_json(told) if told else None,
    )


def _figures(files: Mapping, settings: Mapping) -> list:
    facts = [read_json(file) for file in files.get("layer_facts", ())]
    return shown(settings["figures"], files.get("figures", ()), facts)


def _confusion(files: Mapping, names: Sequence[str]) -> dict:
    return confusion(
        np.load(files["counts"]),
        np.concatenate([np.load(file) for file in files["logits"]]),
        [row for file in files["tables"] for row in read_table(file)],
        [np.load(file, mmap_mode="r") for file in files["photographs"]],
        names,
    )


def _scoreboard(files: Mapping, settings: Mapping) -> dict:
    return scoreboard(read_table(files["scoreboard"]), settings["metrics"])
