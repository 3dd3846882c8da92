"""The metric of docs/adding_a_metric.md, copied into a project: one file, nothing else."""

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest
from pages import refused, shown_file
from small_project import Project

from cnnscope.files import load_result, read_json
from cnnscope.tables import read_table


@pytest.fixture(scope="module")
def score(tmp_path_factory):
    """The function of the page."""
    file = tmp_path_factory.mktemp("metric") / "effective_complexity.py"
    file.write_text(shown_file("adding_a_metric.md")[1])
    spec = importlib.util.spec_from_file_location("effective_complexity", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda maps: module.score(None, None, None, maps, threshold=0.1, log=str)


def test_the_score_is_what_can_be_worked_out_by_hand(score):
    one = np.zeros((1, 4, 5))
    one[0, 2, 3] = -7
    assert score(one)[0] == pytest.approx(1 / 20)
    one[0, :2] = [0.69, -0.69, 0.71, -0.71, 0]
    assert score(one)[0] == pytest.approx(5 / 20)
    assert score(np.full((1, 4, 5), 3.0))[0] == 1
    assert np.isnan(score(np.zeros((1, 4, 5)))[0])
    noise = np.random.default_rng(0).uniform(size=(50, 40, 40))
    assert score(noise).mean() == pytest.approx(0.9, abs=0.003)


@pytest.fixture(scope="module")
def extended(ran, tmp_path_factory, forked_python) -> Project:
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("extended") / "project"))
    name, code = shown_file("adding_a_metric.md")
    assert name == "cnnscope/evaluation/effective_complexity.py"
    (folder / name).write_text(code)
    return Project(folder, python=forked_python)


def test_its_target_scores_every_method_of_the_questions(extended, score):
    assert extended.jobs() == {}, "no other result follows from a new metric"
    assert extended.planned("effective_complexity") == {
        "score": 4, "metric_scores": 1, "figure_scores": 1, "effective_complexity": 1,
    }  # fmt: skip
    done = extended.snakemake("effective_complexity")
    assert done.returncode == 0, done.stdout + done.stderr
    results = extended.folder / "results/small"
    rows = read_table(results / "scores/effective_complexity.csv")
    facts = read_json(results / "scores/effective_complexity.json")
    for method in ("saliency", "lime", "shap"):
        maps, _, _ = load_result(results / f"attributions/{method}.npy")
        found = [float(row["score"]) for row in rows if row["method"] == method]
        np.testing.assert_allclose(found, score(maps), rtol=1e-5)
        assert facts["methods"][method]["mean"] == pytest.approx(np.mean(found), rel=1e-5)
        assert facts["methods"][method]["low"] <= np.mean(found) <= facts["methods"][method]["high"]
    assert (results / "figures/effective_complexity.png").stat().st_size > 5_000
    assert extended.jobs("effective_complexity") == {}


def test_its_options_are_checked_and_methods_that_it_scores_are_named(extended):
    for given, said in (
        (
            "{treshold: 0.2}",
            "config: unknown key 'effective_complexity.treshold'; did you mean 'threshold'?",
        ),
        ("{threshold: 1}", "config: effective_complexity.threshold: 1 is out of range"),
        ("{methods: [limes]}", "config: effective_complexity.methods"),
    ):
        assert said in refused(
            extended, "effective_complexity", "--config", f"effective_complexity={given}"
        )
    plan = extended.planned(
        "effective_complexity", "--config", "effective_complexity={methods: [shap], threshold: 0.2}"
    )
    assert plan == {"score": 1, "metric_scores": 1, "figure_scores": 1, "effective_complexity": 1}
