"""A job on another node reads the rules anew, and knows no more than Snakemake tells it."""

import os
from pathlib import Path

from test_hw5 import hw5


def test_dataset_and_output_arrive_on_another_node(finished, tmp_path, monkeypatch):
    """With all in their names that could be lost on the way or be run by a shell."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).with_name("nodes")))
    dataset = os.fsdecode(b"a 'b\" $(touch pwned) \\x27 #: {c} \xe9")
    output = "out $(touch pwned) it's"
    (finished.folder / "food").rename(tmp_path / dataset)
    overlay = ("--configfile", str(finished.folder / "small.yaml"))
    cluster = ("--executor", "bare", "--jobs", "1")
    done = hw5(finished, dataset, output, "class_distribution", *overlay, *cluster, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [file.name for file in (tmp_path / output).iterdir()] == ["class_distribution.png"]
    assert list(tmp_path.rglob("pwned*")) == []
    assert "a job failed" not in done.stdout + done.stderr
