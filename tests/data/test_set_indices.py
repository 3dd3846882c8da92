"""The images of several image sets in one table, and the scores of their shards in its order."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from cnnscope.data.set_files import read_indices
from cnnscope.errors import UserError
from cnnscope.tables import INDEX_COLUMNS, write_table

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def context(monkeypatch):
    """The module of the scripts that read scores."""
    monkeypatch.syspath_prepend(SCRIPTS)
    return importlib.import_module("scores_context")


@pytest.fixture
def indices(tmp_path):
    """The indices of two sets, of three images and of two, and of an empty one."""
    for name, paths in {"first": "cab", "second": "bd", "empty": ""}.items():
        rows = [(n, "testing", 7 + n, path, 1, f"of {path}") for n, path in enumerate(paths)]
        write_table(tmp_path / f"{name}.csv", INDEX_COLUMNS, rows)
    return lambda *names: [tmp_path / f"{name}.csv" for name in names]


def test_rows_are_numbered_on_from_set_to_set_and_say_which_set_is_theirs(indices):
    names = ("second", "empty", "first", "second")
    found = read_indices(names, indices(*names))
    assert [len(rows) for rows in found] == [2, 0, 3, 2]
    rows = [row for own in found for row in own]
    assert list(rows[0]) == ["row", "set", "split", "position", "path", "label", "content"]
    assert [row["row"] for row in rows] == list("0123456")
    assert [row["set"] for row in rows] == ["second"] * 2 + ["first"] * 3 + ["second"] * 2
    assert [row["path"] for row in rows] == list("bdcabbd")
    assert [row["position"] for row in rows] == ["7", "8", "7", "8", "9", "7", "8"]
    assert rows[2]["content"] == "of c"


def test_scores_of_shards_come_into_the_order_of_the_images(context, indices, tmp_path):
    counts = [("first", 2), ("second", 1)]
    shards = {"ab": [1, 2], "c": [3], "db": [4, 5]}
    for paths, values in shards.items():
        write_table(tmp_path / f"part {paths}.csv", ("path",), [(path,) for path in paths])
        np.save(tmp_path / f"{paths}.npy", np.outer([1, 10], values))
    given = (iter(indices("first", "second")), iter(tmp_path / f"part {one}.csv" for one in shards))
    index, read = context.read_images(counts, *given)
    scores = context.read_scores(index, read, iter(tmp_path / f"{one}.npy" for one in shards))
    np.testing.assert_array_equal(scores, np.outer([1, 10], [3, 1, 2, 5, 4]))


def test_sets_without_an_image_are_named_in_one_line(context, indices, tmp_path):
    write_table(tmp_path / "none.csv", ("path",), [])
    with pytest.raises(UserError) as raised:
        context.read_images([("empty", 1)], iter(indices("empty")), iter([tmp_path / "none.csv"]))
    assert str(raised.value) == ("image_sets: empty: no image to score; choose other images for it")
