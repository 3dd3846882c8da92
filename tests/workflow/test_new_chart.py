"""The chart of docs/adding_a_figure.md, copied into a project: one file, nothing else."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from pages import refused, shown_file
from PIL import Image
from small_project import Project

from cnnscope.files import read_json

NAME = "cnnscope/figures/recall_bars.py"


@pytest.fixture(scope="module")
def extended(ran, tmp_path_factory, forked_python) -> Project:
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("extended") / "project"))
    name, code = shown_file("adding_a_figure.md")
    assert name == NAME
    (folder / name).write_text(code)
    return Project(folder, python=forked_python)


def test_its_target_draws_it_and_a_changed_table_draws_it_again(extended):
    assert extended.jobs() == {}, "no other result follows from a new chart"
    assert extended.planned("recall_bars") == {"figure_chart": 1, "recall_bars": 1}
    done = extended.snakemake("recall_bars")
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = np.asarray(Image.open(extended.folder / "results/small/figures/recall_bars.png"))
    assert drawn.shape[0] > 200 and drawn.std() > 10
    record = read_json(extended.folder / "results/small/records/figure_chart_recall_bars.json")
    assert record["parameters"]["arguments"] == {"split": "validation"}
    assert extended.jobs("recall_bars") == {}
    scored = extended.planned("recall_bars", "--config", "confusion={split: training}")
    assert scored["figure_chart"] == scored["class_scores"] == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"class_scores"}', '"class_score"}', "CHART reads 'class_score'; there are manifest,"),
        ('"class_scores"}', '"confusion.count"}', "confusion has no count; it has counts, table"),
        ('("split",)', '("splits",)', "CHART uses 'splits'; there are names, split,"),
        ("reads=", "read=", "unexpected keyword argument 'read'"),
    ],
)
def test_what_it_reads_or_uses_and_is_not_there_is_named(extended, old, new, said):
    file = extended.folder / NAME
    whole = file.read_text()
    assert old in whole
    file.write_text(whole.replace(old, new))
    try:
        assert said in refused(extended, "recall_bars")
    finally:
        file.write_text(whole)
