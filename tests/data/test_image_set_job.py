"""The job that cuts an image set from its split, run as Snakemake runs it."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnnscope.data.fingerprint import content_digest
from cnnscope.planning.task import Task
from cnnscope.tables import MANIFEST_COLUMNS, read_table, write_table

SCRIPT = Path(__file__).parents[2] / "scripts/image_set.py"
IMAGES = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 3), dtype=np.uint8)
LABELS = [2, 0, 1, 1, 0, 2]
# Classes 0 and 1 are predicted right from the second image of the class on.
LOGITS = np.eye(3, dtype=np.float32)[[2, 1, 0, 1, 0, 0]]


@pytest.mark.parametrize(
    ("asked", "positions"),
    [
        ({"per_class": 1, "which": "correct"}, [4, 3, 0]),
        ({"per_class": 2, "which": "wrong"}, [1, 2, 5]),
        ({"confusions": 3}, [1, 2, 5]),
    ],
)
def test_each_image_of_a_set_stands_in_the_row_of_its_index(
    tmp_path, monkeypatch, asked, positions
):
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    np.save(tmp_path / "images.npy", IMAGES)
    np.save(tmp_path / "logits.npy", LOGITS)
    rows = [("testing", n, label, f"testing/{n}.png", 5, 4) for n, label in enumerate(LABELS)]
    write_table(tmp_path / "table.csv", MANIFEST_COLUMNS, rows)
    given = {"images": "images.npy", "table": "table.csv", "logits": "logits.npy"}
    made = {"images": "set.npy", "table": "set.json", "index": "set.csv", "record": "record.json"}
    settings = {"name": "some", "split": "testing", "classes": 3} | asked
    task = Task({"key": ""}, {}, {}, str(tmp_path), None, was_whole=False)
    files = {name: str(tmp_path / file) for name, file in given.items()}
    snakemake = SimpleNamespace(
        params=SimpleNamespace(settings=settings, task=task),
        input=Inputs(files),
        output=SimpleNamespace(**{name: tmp_path / file for name, file in made.items()}),
        log=[tmp_path / "log"],
    )
    runpy.run_path(str(SCRIPT), {"snakemake": snakemake})
    index = read_table(tmp_path / "set.csv")
    assert [int(row["position"]) for row in index] == positions
    assert [int(row["label"]) for row in index] == [LABELS[place] for place in positions]
    np.testing.assert_array_equal(np.load(tmp_path / "set.npy"), IMAGES[positions])
    digests = [content_digest(IMAGES[place].tobytes()) for place in positions]
    assert [row["content"] for row in index] == digests


class Inputs(list):
    """Files by their names and in their order, as Snakemake gives them to a script."""

    def __init__(self, files) -> None:
        super().__init__(files.values())
        self.__dict__.update(files)
        self.get = files.get
