"""The confusion matrix with the images behind its cells."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnscope.evaluation.confusion import most_confused, with_others
from cnnscope.figures.many_classes import MOST
from cnnscope.figures.style import class_name
from cnnscope.report.embedding import thumbnail

# Pixels of an image in a cell, and how many images there are in all cells at most.
_SIDE, _IMAGES = 72, 600
_OTHERS = "another class"


def confusion(
    counts: np.ndarray,
    logits: np.ndarray,
    tables: Sequence[Mapping[str, str]],
    photographs: Sequence[np.ndarray],
    names: Sequence[str],
    most: int = _IMAGES,
) -> dict:
    """The cells that are shown, and their images.

    Args:
        counts: int (K, K), true classes by predicted ones.
        logits: (N, K).
        tables: a row an image: `label`, `path`, `split`, `position`.
        photographs: the images of each split, uint8 (N, H, W, C), in the order of the tables.
        most: how many images are shown in all cells at most.

    Returns:
        `rows` and `columns`, the names of classes; `cells`, row by row, each with `true`,
        `predicted`, whether it is `right`, its `count`, its `share` of the true class and the
        numbers of its `images`; `images`, each with `path`, `split`, `position` and a `thumbnail`;
        `left_out`, how many classes have no row.
    """
    # As in the figure, those that are mixed up most, and all others in one column.
    shown = most_confused(counts, MOST)
    left_out = len(counts) - len(shown)
    cells = with_others(counts, shown) if left_out else counts
    shares = np.divide(cells, counts.sum(1, keepdims=True)[shown].clip(1))
    rows = [class_name(names, one) for one in shown]
    columns = rows + [_OTHERS] * bool(left_out)
    members = _members(tables, logits.argmax(1), shown)
    chosen = sorted(_spread(members, most))
    number = {row: place for place, row in enumerate(chosen)}
    return {
        "rows": rows,
        "columns": columns,
        "left_out": left_out,
        "cells": [
            {
                "true": true,
                "predicted": predicted,
                "right": down == across,
                "count": int(cells[down, across]),
                "share": float(shares[down, across]),
                "images": [number[row] for row in members.get((down, across), ()) if row in number],
            }
            for down, true in enumerate(rows)
            for across, predicted in enumerate(columns)
        ],
        "images": [_image(row, tables, photographs) for row in chosen],
    }


def _members(
    tables: Sequence[Mapping[str, str]], predicted: np.ndarray, shown: np.ndarray
) -> dict[tuple[int, int], list[int]]:
    """The images of each cell by its row and column; those of no label or row are in none."""
    places = {int(one): place for place, one in enumerate(shown)}
    members: dict[tuple[int, int], list[int]] = {}
    for row, (line, taken) in enumerate(zip(tables, predicted, strict=True)):
        if (true := int(line["label"])) in places:
            cell = places[true], places.get(int(taken), len(shown))
            members.setdefault(cell, []).append(row)
    return members


def _spread(members: Mapping[tuple[int, int], Sequence[int]], most: int) -> list[int]:
    """At most so many images: the first of each cell, then the second of each.

    Where cells compete, mix-ups come before what is right.
    """
    ranked = [
        (rank, down == across, row)
        for (down, across), rows in members.items()
        for rank, row in enumerate(rows)
    ]
    return [row for _, _, row in sorted(ranked)[:most]]


def _image(row: int, tables: Sequence[Mapping[str, str]], photographs: Sequence) -> dict:
    place = row
    for images in photographs:
        if place < len(images):
            break
        place -= len(images)
    line = tables[row]
    return {
        "path": line["path"],
        "split": line["split"],
        "position": int(line["position"]),
        "thumbnail": thumbnail(images[place], _SIDE),
    }
